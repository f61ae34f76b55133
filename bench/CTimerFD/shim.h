// Timers of the kernel, exact to microseconds: libuv's are exact to milliseconds, longer than a reply takes.
#include <sys/timerfd.h>
