import Glibc

/// The clock that dates the simulator's replies.
enum RealTime {
    static var unixSeconds: Int64 { Int64(time(nil)) }
}
