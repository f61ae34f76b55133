#pragma once

#include <pthread.h>
#include <sqlite3.h>

// glibc declares it only for _GNU_SOURCE, which a module map cannot define.
extern int pthread_setname_np(pthread_t thread, const char *name);
