/* Fails, or kills the process, at the n-th call of a kind on files below a folder: see driver.py.
 *
 * cc -shared -fPIC -O1 -o preload.so preload.c -ldl
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { RENAME, WRITE, FSYNC, UNLINK, CREATE };

static int kind = -1, action, lasting;
static long at, seen[5];
static char root[PATH_MAX];

void fault_arm(const char *folder, int which, long number, int what, int stays) {
    strncpy(root, folder, sizeof root - 1);
    kind = which, at = number, action = what, lasting = stays;
    memset(seen, 0, sizeof seen);
}

long fault_seen(int which) { return seen[which]; }

/* Whether this call fails; 0 for action kills. */
static int hit(int which) {
    long number = __sync_add_and_fetch(&seen[which], 1);
    if (which != kind || !at) return 0;
    if (number != at && !(lasting && number > at)) return 0;
    if (!action) kill(getpid(), SIGKILL);
    errno = action;
    return 1;
}

static int below(const char *path) { return path[0] != '/' || !strncmp(path, root, strlen(root)); }

static int open_below(int file) {
    char link[64], path[PATH_MAX];
    int kept = errno;
    snprintf(link, sizeof link, "/proc/self/fd/%d", file);
    ssize_t length = readlink(link, path, sizeof path - 1);
    errno = kept;
    if (length < 0) return 0;
    path[length] = 0;
    return path[0] == '/' && !strncmp(path, root, strlen(root));
}

#define REAL(name) __typeof__(name) *real = (__typeof__(name) *)dlsym(RTLD_NEXT, #name)

int rename(const char *a, const char *b) { REAL(rename); return below(b) && hit(RENAME) ? -1 : real(a, b); }

int renameat2(int c, const char *a, int d, const char *b, unsigned flags) {
    REAL(renameat2);
    return below(b) && hit(RENAME) ? -1 : real(c, a, d, b, flags);
}

int fsync(int file) { REAL(fsync); return open_below(file) && hit(FSYNC) ? -1 : real(file); }

int unlink(const char *path) { REAL(unlink); return below(path) && hit(UNLINK) ? -1 : real(path); }

int rmdir(const char *path) { REAL(rmdir); return below(path) && hit(UNLINK) ? -1 : real(path); }

int unlinkat(int folder, const char *path, int flags) {
    REAL(unlinkat);
    return (folder == AT_FDCWD ? below(path) : open_below(folder)) && hit(UNLINK) ? -1 : real(folder, path, flags);
}

int mkdir(const char *path, mode_t mode) { REAL(mkdir); return below(path) && hit(CREATE) ? -1 : real(path, mode); }

/* A disk that fills up, and a kill, leave half of what was to be written. */
ssize_t write(int file, const void *data, size_t size) {
    REAL(write);
    if (kind >= 0 && open_below(file)) {
        if (kind == WRITE && !action && seen[WRITE] + 1 == at) real(file, data, size / 2);
        if (hit(WRITE)) return -1;
    }
    return real(file, data, size);
}

int posix_fallocate(int file, off_t begin, off_t size) {
    REAL(posix_fallocate);
    return open_below(file) && hit(WRITE) ? action : real(file, begin, size);
}

#define OPENS(name)                                                     \
    int name(const char *path, int flags, ...) {                        \
        REAL(name);                                                     \
        va_list rest;                                                   \
        va_start(rest, flags);                                          \
        mode_t mode = flags & O_CREAT ? va_arg(rest, mode_t) : 0;       \
        va_end(rest);                                                   \
        return flags & O_CREAT && below(path) && hit(CREATE) ? -1 : real(path, flags, mode); \
    }
OPENS(open)
OPENS(open64)
