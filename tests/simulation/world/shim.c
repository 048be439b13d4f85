/* Records what a process changes below one folder, call by call, and fails or kills at a chosen call.
 *
 * Loaded with LD_PRELOAD. Inert until world_begin() is called. Refuses what it could not replay: a change by a call
 * it cannot follow (a shared writable mapping, sendfile, fallocate) is recorded as such, and the reader then stops.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#define REAL(name) ((__typeof__(&name))real(#name))
#define DESCRIPTORS 4096

enum { CREATE = 1, WRITE, SIZE, SYNC, RENAME, UNLINK, MKDIR, RMDIR, LINK, MODE, MARK, UNKNOWN, SYNC_ALL };
enum { KILL = 1, FAIL, FAIL_AFTER, SHORT };          /* what happens at the chosen call */
enum { K_WRITE = 1, K_SYNC = 2, K_NAME = 4, K_OPEN = 8 }; /* kinds of calls that count */

struct record {
    uint32_t op, first, second, mode;
    uint64_t inode, length;
    int64_t offset;
};

static char root[PATH_MAX];
static size_t root_length;
static int trace = -1;
static unsigned char tracked[DESCRIPTORS]; /* 1: opened below the root; 2: and not to be recorded */
static pthread_mutex_t one = PTHREAD_RECURSIVE_MUTEX_INITIALIZER_NP;
static long counted, nth;
static int how, code, kinds, sticky, fired;

static int recorded(int descriptor) { return tracked[descriptor] == 1; }
static void *real(const char *name) { return dlsym(RTLD_NEXT, name); }

/* SQLite's -shm file is memory with a name: nothing of it has to survive (sqlite.org/walformat.html), so its calls may
 * fail or be the last, and are not recorded. */
static int fleeting(const char *path) {
    size_t length = path ? strlen(path) : 0;
    return length > 4 && !strcmp(path + length - 4, "-shm");
}

static void put(uint32_t op, const char *first, const char *second, uint64_t inode, int64_t offset, const void *data,
                uint64_t length, uint32_t mode) {
    if (trace < 0 || fleeting(first)) return;
    struct record head = {op, first ? strlen(first) : 0, second ? strlen(second) : 0, mode, inode, data ? length : 0, offset};
    struct iovec parts[4] = {{&head, sizeof head}, {(void *)first, head.first}, {(void *)second, head.second},
                             {(void *)data, head.length}};
    if (syscall(SYS_writev, trace, parts, 4) < 0) abort();
}

/* --- called by the journey ------------------------------------------------------------------ */

int world_begin(const char *folder, const char *file) {
    if (!realpath(folder, root)) return -1;
    root_length = strlen(root);
    trace = file && *file ? syscall(SYS_openat, AT_FDCWD, file, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600) : -1;
    return 0;
}

void world_arm(long at, int what, int with, int which, int always) {
    counted = 0; fired = 0; nth = at; how = what; code = with; kinds = which; sticky = always;
}

void world_disarm(void) { how = 0; }
long world_counted(void) { return counted; }
int world_fired(void) { return fired; }
void world_mark(const char *text) {
    pthread_mutex_lock(&one);
    put(MARK, text, NULL, 0, 0, NULL, 0, 0);
    pthread_mutex_unlock(&one);
}

/* --- deciding ------------------------------------------------------------------------------- */

/* 0: go on; FAIL: refuse now; FAIL_AFTER: do it and then report failure; SHORT: do half of it. */
static int fate(int kind) {
    if (!root_length) return 0;
    if (how && !(kinds & kind)) return 0;
    counted++;
    if (!how || (sticky ? counted < nth : counted != nth)) return 0;
    fired = 1;
    if (how == KILL) { kill(getpid(), SIGKILL); pause(); }
    if (how == SHORT && counted != nth) return FAIL;
    if (how == SHORT && kind != K_WRITE) return FAIL;
    return how;
}

static int refused(void) { errno = code; return -1; }

/* The path below the root, or NULL where the call does not concern it. */
static const char *below(int folder, const char *path, char *whole) {
    if (!root_length || !path) return NULL;
    if (path[0] == '/') {
        snprintf(whole, PATH_MAX, "%s", path);
    } else {
        char base[PATH_MAX], link[64];
        if (folder == AT_FDCWD) {
            if (!getcwd(base, sizeof base)) return NULL;
        } else {
            snprintf(link, sizeof link, "/proc/self/fd/%d", folder);
            ssize_t n = readlink(link, base, sizeof base - 1);
            if (n < 0) return NULL;
            base[n] = 0;
        }
        if (snprintf(whole, PATH_MAX, "%s/%s", base, path) >= PATH_MAX) return NULL;
    }
    if (strncmp(whole, root, root_length)) return NULL;
    if (whole[root_length] == 0) return "";
    return whole[root_length] == '/' ? whole + root_length + 1 : NULL;
}

static uint64_t inode_of(int descriptor) {
    struct stat seen;
    return fstat(descriptor, &seen) ? 0 : seen.st_ino;
}

static int follows(int descriptor) { return root_length && descriptor >= 0 && descriptor < DESCRIPTORS && tracked[descriptor]; }

/* --- open and close ------------------------------------------------------------------------- */

static int opened(int folder, const char *path, int flags, mode_t mode) {
    char whole[PATH_MAX];
    const char *name = below(folder, path, whole);
    if (!name) {
        int other = syscall(SYS_openat, folder, path, flags, mode);
        if (other >= 0 && other < DESCRIPTORS) tracked[other] = 0;
        return other;
    }
    pthread_mutex_lock(&one);
    struct stat seen;
    int there = !stat(whole, &seen), changes = (flags & O_CREAT && !there) || (flags & O_TRUNC && there);
    int doom = changes ? fate(K_OPEN) : 0;
    int descriptor = doom == FAIL || doom == SHORT ? refused() : (int)syscall(SYS_openat, folder, path, flags, mode);
    if (descriptor >= 0 && descriptor < DESCRIPTORS) {
        tracked[descriptor] = fleeting(name) ? 2 : 1;
        if (flags & O_CREAT && !there) put(CREATE, name, NULL, inode_of(descriptor), 0, NULL, 0, mode & 0777);
        if (flags & O_TRUNC && there && recorded(descriptor)) put(SIZE, NULL, NULL, inode_of(descriptor), 0, NULL, 0, 0);
        if (doom == FAIL_AFTER) { syscall(SYS_close, descriptor); tracked[descriptor] = 0; descriptor = refused(); }
    }
    pthread_mutex_unlock(&one);
    return descriptor;
}

#define OPEN_MODE(last) mode_t mode = 0; \
    if (flags & (O_CREAT | O_TMPFILE)) { va_list rest; va_start(rest, last); mode = va_arg(rest, mode_t); va_end(rest); }
int open(const char *path, int flags, ...) { OPEN_MODE(flags) return opened(AT_FDCWD, path, flags, mode); }
int open64(const char *path, int flags, ...) { OPEN_MODE(flags) return opened(AT_FDCWD, path, flags | O_LARGEFILE, mode); }
int openat(int folder, const char *path, int flags, ...) { OPEN_MODE(flags) return opened(folder, path, flags, mode); }
int openat64(int folder, const char *path, int flags, ...) { OPEN_MODE(flags) return opened(folder, path, flags | O_LARGEFILE, mode); }
int creat(const char *path, mode_t mode) { return opened(AT_FDCWD, path, O_CREAT | O_WRONLY | O_TRUNC, mode); }
int creat64(const char *path, mode_t mode) { return creat(path, mode); }
int close(int descriptor) {
    if (descriptor >= 0 && descriptor < DESCRIPTORS) tracked[descriptor] = 0;
    return syscall(SYS_close, descriptor);
}
int dup(int old) { int fresh = syscall(SYS_dup, old); if (fresh >= 0 && fresh < DESCRIPTORS) tracked[fresh] = follows(old); return fresh; }
int dup2(int old, int fresh) { int got = REAL(dup2)(old, fresh); if (got >= 0 && got < DESCRIPTORS) tracked[got] = follows(old); return got; }

/* --- bytes ---------------------------------------------------------------------------------- */

static ssize_t written(int descriptor, const void *data, size_t length, off_t offset, int here) {
    if (!follows(descriptor)) return here ? syscall(SYS_write, descriptor, data, length) : syscall(SYS_pwrite64, descriptor, data, length, offset);
    pthread_mutex_lock(&one);
    int doom = fate(K_WRITE);
    ssize_t done = -1;
    if (doom == FAIL) {
        refused();
    } else {
        if (doom == SHORT) length = length > 1 ? length / 2 : length;
        if (here) {
            struct stat seen;
            int flags = fcntl(descriptor, F_GETFL);
            offset = flags & O_APPEND && !fstat(descriptor, &seen) ? seen.st_size : lseek(descriptor, 0, SEEK_CUR);
            done = syscall(SYS_write, descriptor, data, length);
        } else {
            done = syscall(SYS_pwrite64, descriptor, data, length, offset);
        }
        if (done > 0 && recorded(descriptor)) put(WRITE, NULL, NULL, inode_of(descriptor), offset, data, done, 0);
        if (doom == FAIL_AFTER) done = refused();
    }
    pthread_mutex_unlock(&one);
    return done;
}

ssize_t write(int descriptor, const void *data, size_t length) { return written(descriptor, data, length, 0, 1); }
ssize_t pwrite(int descriptor, const void *data, size_t length, off_t offset) { return written(descriptor, data, length, offset, 0); }
ssize_t pwrite64(int descriptor, const void *data, size_t length, off64_t offset) { return written(descriptor, data, length, offset, 0); }
ssize_t writev(int descriptor, const struct iovec *parts, int count) {
    if (follows(descriptor)) put(UNKNOWN, "writev", NULL, 0, 0, NULL, 0, 0);
    return syscall(SYS_writev, descriptor, parts, count);
}

static int sized(int descriptor, off_t size) {
    if (!follows(descriptor)) return syscall(SYS_ftruncate, descriptor, size);
    pthread_mutex_lock(&one);
    int doom = fate(K_WRITE), done;
    if (doom == FAIL || doom == SHORT) done = refused();
    else {
        done = syscall(SYS_ftruncate, descriptor, size);
        if (!done && recorded(descriptor)) put(SIZE, NULL, NULL, inode_of(descriptor), size, NULL, 0, 0);
        if (doom == FAIL_AFTER) done = refused();
    }
    pthread_mutex_unlock(&one);
    return done;
}
int ftruncate(int descriptor, off_t size) { return sized(descriptor, size); }
int ftruncate64(int descriptor, off64_t size) { return sized(descriptor, size); }

static int synced(int descriptor, int number) {
    if (!follows(descriptor)) return syscall(number, descriptor);
    pthread_mutex_lock(&one);
    int doom = fate(K_SYNC), done;
    if (doom == FAIL || doom == SHORT) done = refused();
    else {
        done = syscall(number, descriptor);
        if (!done && recorded(descriptor)) put(SYNC, NULL, NULL, inode_of(descriptor), 0, NULL, 0, 0);
        if (doom == FAIL_AFTER) done = refused();
    }
    pthread_mutex_unlock(&one);
    return done;
}
int fsync(int descriptor) { return synced(descriptor, SYS_fsync); }
int fdatasync(int descriptor) { return synced(descriptor, SYS_fdatasync); }
static int synced_whole(int descriptor, int number) {
    pthread_mutex_lock(&one);
    int doom = root_length ? fate(K_SYNC) : 0, done;
    if (doom == FAIL || doom == SHORT) done = refused();
    else {
        done = syscall(number, descriptor);
        if (root_length && !done) put(SYNC_ALL, NULL, NULL, 0, 0, NULL, 0, 0);
        if (doom == FAIL_AFTER) done = refused();
    }
    pthread_mutex_unlock(&one);
    return done;
}
int syncfs(int descriptor) { return synced_whole(descriptor, SYS_syncfs); }
void sync(void) { synced_whole(0, SYS_sync); }

/* --- names ---------------------------------------------------------------------------------- */

static int renamed(int from_folder, const char *from, int to_folder, const char *to, unsigned flags) {
    char one_path[PATH_MAX], other_path[PATH_MAX];
    const char *a = below(from_folder, from, one_path), *b = below(to_folder, to, other_path);
    if (!a && !b) return syscall(SYS_renameat2, from_folder, from, to_folder, to, flags);
    pthread_mutex_lock(&one);
    int doom = fate(K_NAME), done;
    if (doom == FAIL || doom == SHORT) done = refused();
    else {
        done = syscall(SYS_renameat2, from_folder, from, to_folder, to, flags);
        if (!done) put(a && b && !flags ? RENAME : UNKNOWN, a ? a : from, b ? b : to, 0, 0, NULL, 0, 0);
        if (doom == FAIL_AFTER) done = refused();
    }
    pthread_mutex_unlock(&one);
    return done;
}
int rename(const char *from, const char *to) { return renamed(AT_FDCWD, from, AT_FDCWD, to, 0); }
int renameat(int a, const char *from, int b, const char *to) { return renamed(a, from, b, to, 0); }
int renameat2(int a, const char *from, int b, const char *to, unsigned flags) { return renamed(a, from, b, to, flags); }

static int named(int folder, const char *path, uint32_t op, int number, unsigned argument) {
    char whole[PATH_MAX];
    const char *name = below(folder, path, whole);
    if (!name) return syscall(number, folder, path, argument, 0);
    pthread_mutex_lock(&one);
    int doom = fate(K_NAME), done;
    if (doom == FAIL || doom == SHORT) done = refused();
    else {
        done = syscall(number, folder, path, argument, 0);
        struct stat seen;
        uint64_t inode = !done && (op == MKDIR || op == MODE) && !stat(whole, &seen) ? seen.st_ino : 0;
        if (!done) put(op, name, NULL, inode, 0, NULL, 0, argument & 0777);
        if (doom == FAIL_AFTER) done = refused();
    }
    pthread_mutex_unlock(&one);
    return done;
}
int unlink(const char *path) { return named(AT_FDCWD, path, UNLINK, SYS_unlinkat, 0); }
int unlinkat(int folder, const char *path, int flags) { return named(folder, path, flags & AT_REMOVEDIR ? RMDIR : UNLINK, SYS_unlinkat, flags); }
int rmdir(const char *path) { return named(AT_FDCWD, path, RMDIR, SYS_unlinkat, AT_REMOVEDIR); }
int mkdir(const char *path, mode_t mode) { return named(AT_FDCWD, path, MKDIR, SYS_mkdirat, mode); }
int mkdirat(int folder, const char *path, mode_t mode) { return named(folder, path, MKDIR, SYS_mkdirat, mode); }
int chmod(const char *path, mode_t mode) { return named(AT_FDCWD, path, MODE, SYS_fchmodat, mode); }
int fchmodat(int folder, const char *path, mode_t mode, int flags) { (void)flags; return named(folder, path, MODE, SYS_fchmodat, mode); }
int link(const char *from, const char *to) { put(UNKNOWN, "link", NULL, 0, 0, NULL, 0, 0); return REAL(link)(from, to); }
int linkat(int a, const char *from, int b, const char *to, int flags) {
    char whole[PATH_MAX];
    if (below(b, to, whole)) put(UNKNOWN, "linkat", NULL, 0, 0, NULL, 0, 0);
    return syscall(SYS_linkat, a, from, b, to, flags);
}

/* --- what cannot be followed ---------------------------------------------------------------- */

static void mapped(int descriptor, int protection, int flags) {
    if (!follows(descriptor) || !recorded(descriptor)) return;
    if (!(protection & PROT_WRITE) || (flags & MAP_TYPE) == MAP_PRIVATE) return;
    put(UNKNOWN, "mmap", NULL, 0, 0, NULL, 0, 0);
}
void *mmap(void *address, size_t length, int protection, int flags, int descriptor, off_t offset) {
    mapped(descriptor, protection, flags);
    return (void *)syscall(SYS_mmap, address, length, protection, flags, descriptor, offset);
}
void *mmap64(void *address, size_t length, int protection, int flags, int descriptor, off64_t offset) {
    return mmap(address, length, protection, flags, descriptor, offset);
}
int fallocate(int descriptor, int mode, off_t offset, off_t length) {
    if (follows(descriptor)) put(UNKNOWN, "fallocate", NULL, 0, 0, NULL, 0, 0);
    return syscall(SYS_fallocate, descriptor, mode, offset, length);
}
ssize_t sendfile(int out, int in, off_t *offset, size_t length) {
    if (follows(out)) put(UNKNOWN, "sendfile", NULL, 0, 0, NULL, 0, 0);
    return syscall(SYS_sendfile, out, in, offset, length);
}
ssize_t copy_file_range(int in, off64_t *a, int out, off64_t *b, size_t length, unsigned flags) {
    if (follows(out)) put(UNKNOWN, "copy_file_range", NULL, 0, 0, NULL, 0, 0);
    return syscall(SYS_copy_file_range, in, a, out, b, length, flags);
}
