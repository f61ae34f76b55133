import WeChat

@testable import Gateway

/// What happens between the machine on the one side and WeChat and the store on the other.
extension AccessTokenSimulation {
    mutating func reach() {
        guard let call else { return }
        var fault: Fault? = now < Self.calm && uniform(40) == 0 ? .allCases[Int(uniform(4))] : nil
        if outage.until <= now { outage = nextOutage(after: now) }
        if outage.from <= now { fault = outage.fault }
        var delay = 10 + uniform(100)
        switch call {
        case .load: isStored = now >= Self.calm || uniform(20) > 0
        case .saveBeforeForce(let record):
            isStored = now >= Self.calm || uniform(20) > 0
            if isStored {
                saved = record
                saving = nil
                spent.append(now)
                times[Event.save.rawValue] = Self.never
            }
        case .prove(let token):
            checkProve(token)
            proof = prove(token, fault)
            if fault == .timeout { delay = callBeganAt + 3_000 - now }
        case .fetch(let fetch):
            // Two in three timeouts lose the question, the third one the answer.
            if let fault, !(fault == .timeout && uniform(3) == 0) {
                reached = .failure(error(fault))
            } else {
                checkFetch(fetch)
                if !fetch.isForced {
                    reached = .success(weChat.plain(policy.mode, at: now))
                } else {
                    reached = weChat.force(at: now).map { .success($0) } ?? .failure(error(.dayQuota))
                }
                if fault != nil { reached = .failure(.timeout) }
            }
            if fault == .timeout { delay = callBeganAt + 3_000 - now }
        }
        times[Event.reply.rawValue] = now + max(delay, 1)
    }

    mutating func reply() {
        guard let call else { return }
        self.call = nil
        switch call {
        case .load:
            if !isStored { excuse(error(.connection)) }
            perform(isStored ? machine.loaded(saved, now: now) : machine.loadFailed(now: now))
        case .saveBeforeForce:
            if !isStored { excuse(error(.connection)) }
            perform(machine.savedBeforeForce(isStored, now: now))
        case .prove(let token):
            learn(proof, of: token)
            perform(machine.proved(proof, now: now))
        case .fetch:
            switch reached {
            case .success(let issued):
                guard let token = AccessToken("t\(issued.token)") else { return }
                let reply = IssuedAccessToken(token: token, expiresIn: issued.expiresIn)
                perform(machine.fetched(.success(reply), now: now))
            case .failure(let error):
                excuse(error)
                perform(machine.fetched(.failure(error), now: now))
            }
        }
    }

    private func prove(_ token: Int, _ fault: Fault?) -> AccessTokenProof {
        switch fault {
        case .garbage: .unclear(error(.garbage))
        case .connection, .timeout, .busy, .minuteQuota: .unanswered(error(.busy))
        // These two are the token endpoint's own.
        case .dayQuota, .misconfigured, nil:
            weChat.isValid(token, at: now)
                ? .alive : .dead(WeChatRefusal(errcode: 40001, errmsg: "invalid credential"))
        }
    }

    private func error(_ fault: Fault) -> WeChatError {
        switch fault {
        case .connection: .connection(reason: "refused")
        case .timeout: .timeout
        case .busy: .busy(WeChatRefusal(errcode: -1, errmsg: "system error"))
        case .garbage: .invalidReply(reason: "no JSON")
        case .minuteQuota: .rateLimited(WeChatRefusal(errcode: 45011, errmsg: "minute"))
        case .dayQuota: .rateLimited(WeChatRefusal(errcode: 45009, errmsg: "day"))
        case .misconfigured: .misconfigured(WeChatRefusal(errcode: 40164, errmsg: "not in whitelist"))
        }
    }

    mutating func nextOutage(after time: Int64) -> (fault: Fault, from: Int64, until: Int64) {
        let from = time + uniform(40 * 3_600_000)
        let length = Int64(1_000) << uniform(14)
        guard from < Self.calm, let fault = Fault(rawValue: Int(uniform(Int64(Fault.allCases.count)))) else {
            return (.busy, Self.never, Self.never)
        }
        return (fault, from, min(from + length + uniform(length), Self.calm))
    }
}
