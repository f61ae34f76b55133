# What people type here; `make` alone lists it.

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.ONESHELL:
.NOTPARALLEL:
.DEFAULT_GOAL := help

# A target that imports what it does not name as a dependency builds by luck only.
SWIFT_FLAGS := --explicit-target-dependency-import-check error
# One after the other: many tests measure what blocks and what waits, and two cores shared by all of them at once make
# slow what is not. The whole suite takes a minute.
TEST_FLAGS := --disable-xctest --no-parallel
VENV := $(CURDIR)/.build/venv
SWIFT_FILES := Package.swift Sources Tests bench

# Tests compare with implementations that nobody here wrote; setup-test installs them.
define TEST_ENVIRONMENT
export WXGATE_TEST_PYTHON="$(VENV)/bin/python"
# Whatever proxy this machine needs, it is not on the way to itself.
export no_proxy="127.0.0.1,localhost,::1"
if command -v node >/dev/null; then export WXGATE_TEST_NODE="$$(command -v node)"; fi
endef

# `need PACKAGE COMMAND…` asks for the Debian package when the command fails; `install_missing` gets what was asked for.
define APT
missing=()
need() { local package=$$1; shift; "$$@" >/dev/null 2>&1 || missing+=("$$package"); }
install_missing() {
    if [ $${#missing[@]} -eq 0 ]; then return 0; fi
    if ! command -v apt-get >/dev/null; then
        echo "Missing, and there is no apt-get to install it. By Debian's names: $${missing[*]}" >&2
        exit 1
    fi
    local as_root=()
    if [ "$$(id -u)" -ne 0 ]; then
        if ! command -v sudo >/dev/null; then
            echo "Missing, and there is no sudo. As root: apt-get update && apt-get install $${missing[*]}" >&2
            exit 1
        fi
        as_root=(sudo)
    fi
    echo "Installing $${missing[*]}"
    "$${as_root[@]}" apt-get update -qq
    "$${as_root[@]}" env DEBIAN_FRONTEND=noninteractive \
        apt-get install -y -qq --no-install-recommends "$${missing[@]}" >/dev/null
}
endef

.PHONY: help
help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-18s %s\n", $$1, $$2 }' $(firstword $(MAKEFILE_LIST))

.PHONY: setup
setup: ## install what a build needs and is missing (Debian packages, with sudo where not root)
	@$(APT)
	if ! command -v swift >/dev/null; then
	    echo "There is no swift command. Install Swift 6.3 or newer: https://www.swift.org/install/linux/" >&2
	    exit 1
	fi
	need git command -v git
	need curl command -v curl
	need ca-certificates test -s /etc/ssl/certs/ca-certificates.crt
	need pkg-config command -v pkg-config
	need libuv1-dev pkg-config --exists libuv
	need libcurl4-openssl-dev pkg-config --exists libcurl
	need libssl-dev pkg-config --exists openssl
	need libsqlite3-dev pkg-config --exists sqlite3
	need libqrencode-dev pkg-config --exists libqrencode
	need libpng-dev pkg-config --exists libpng
	need libzbar-dev pkg-config --exists zbar
	install_missing

.PHONY: setup-test
setup-test: setup ## the same for what only tests need
	@$(APT)
	need python3 command -v python3
	need python3-venv python3 -c 'import ensurepip, venv'
	need nodejs command -v node
	need zbar-tools command -v zbarimg
	# Their servers need not run; Debian's own do not start where port 80 is taken.
	need nginx bash -c 'PATH="$$PATH:/usr/sbin" nginx -V 2>&1 | grep -q http_auth_request_module'
	need caddy command -v caddy
	need chromium command -v chromium
	need chromium-driver command -v chromedriver
	# Screenshots with Chinese texts.
	need fonts-noto-cjk bash -c 'fc-list :lang=zh | grep -q .'
	install_missing

.PHONY: build
build: setup ## debug build of everything, tests too
	@swift build --build-tests $(SWIFT_FLAGS)

.PHONY: release
release: setup ## release build of wxgate and wxsim
	@swift build -c release $(SWIFT_FLAGS) --product wxgate
	swift build -c release $(SWIFT_FLAGS) --product wxsim

.PHONY: release-bench
release-bench: release ## the same, and of the load generator wxbench
	@swift build -c release $(SWIFT_FLAGS) --product wxbench

.PHONY: setup-bench
setup-bench: setup ## the same for what only benches need
	@$(APT)
	need python3 command -v python3
	need wrk command -v wrk
	need nginx-light bash -c 'PATH="$$PATH:/usr/sbin" command -v nginx'
	need openssl command -v openssl
	need valgrind command -v valgrind
	need binutils command -v strip
	install_missing

.PHONY: bench
bench: setup-bench release-bench ## every scenario of wxbench in about five minutes; reports in bench/results; ARGS="--scale 2"
	@bench/run $(ARGS)

.PHONY: bench-exchange bench-session bench-qr
bench-exchange: setup-bench release-bench ## complete logins, beside nginx proxying the same call, and with a WeChat of 50 ms
	@bench/run exchange exchange-tls latency latency-peer $(ARGS)
bench-session: setup-bench release-bench ## checks of tokens, beside nginx answering at once
	@bench/run session auth-check $(ARGS)
bench-qr: setup-bench release-bench ## parked polls, and how soon a confirm reaches its browser
	@bench/run qr-hold qr-wake $(ARGS)

.PHONY: bench-bars bench-memory bench-instructions bench-micro
bench-bars: setup-bench release ## CPU time of login and check as ratios to nginx, round by round
	@bench/bars $(ARGS)
bench-memory: setup-bench release ## resident bytes of what there are many of; fails when one has grown
	@bench/memory $(ARGS)
bench-instructions: setup-bench release ## instructions a request, by callgrind
	@bench/instructions $(ARGS)
bench-micro: setup ## parser, JSON, token, hop and store alone
	@cd bench/micro && swift package --disable-sandbox benchmark $(ARGS)

.PHONY: demo
demo: release ## a login through wxgate against simulated WeChat; ONCE=1 ends after it; PORT=8080 ADMIN_PORT=9090 SIM_PORT=8090
	@export BIN="$$(swift build -c release --show-bin-path)"
	exec Examples/demo

.PHONY: test
test: build $(VENV)/.installed ## all tests; ARGS="--filter Name" for some
	@$(TEST_ENVIRONMENT)
	swift test --skip-build $(TEST_FLAGS) $(SWIFT_FLAGS) $(ARGS)
	if [ -z "$(ARGS)" ]; then node --test --test-reporter=dot Tests/miniprogram/*.test.mjs; fi

.PHONY: test-browser
test-browser: build $(VENV)/.installed ## the login page and the simulated phone in Chromium; screenshots in .build/screenshots; ARGS="-k name" for some
	@$(VENV)/bin/python -m pytest -q -p no:cacheprovider Tests/browser $(ARGS)

# One test leaks on purpose, to see that the leak is told.
.PHONY: test-asan
test-asan: setup $(VENV)/.installed ## all tests under the address sanitizer
	@$(TEST_ENVIRONMENT)
	export LSAN_OPTIONS="suppressions=$(CURDIR)/.ci/lsan.supp:print_suppressions=0"
	swift test $(TEST_FLAGS) $(SWIFT_FLAGS) --sanitize=address --scratch-path .build-asan \
	    --skip 'a forgotten handle is named' $(ARGS)

.PHONY: test-tsan
test-tsan: setup $(VENV)/.installed ## all tests under the thread sanitizer
	@$(TEST_ENVIRONMENT)
	export TSAN_OPTIONS="suppressions=$(CURDIR)/.ci/tsan.supp:print_suppressions=0"
	swift test $(TEST_FLAGS) $(SWIFT_FLAGS) --sanitize=thread --scratch-path .build-tsan $(ARGS)

.PHONY: test-all
test-all: test test-browser test-asan test-tsan ## all tests, those in a browser, then again under both sanitizers

.PHONY: lint
lint: ## check the format of all Swift files and the syntax of the scripts
	@swift format lint --strict --recursive $(SWIFT_FILES)
	for script in .ci/run Examples/demo; do bash -n "$$script"; done
	for script in bench/{run,bars,memory,instructions,parked-polls,store-start}; do
	    python3 -c 'import ast, sys; ast.parse(open(sys.argv[1]).read())' "$$script"
	done
	for script in Sources/*/*.js Sources/*/*/*/*.js Examples/miniprogram/*.js Examples/miniprogram/*/*.js Examples/miniprogram/*/*/*.js; do
	    node --check "$$script"
	done

.PHONY: format
format: ## format all Swift files in place
	@swift format --in-place --recursive $(SWIFT_FILES)

.PHONY: clean
clean: ## remove everything that was built
	@rm -rf .build .build-asan .build-tsan

$(VENV)/.installed: Tests/requirements.txt | setup-test
	@echo "Making the Python environment of the tests"
	python3 -m venv --clear "$(VENV)"
	"$(VENV)/bin/python" -m pip install --quiet --disable-pip-version-check --no-input --requirement Tests/requirements.txt
	touch "$@"
