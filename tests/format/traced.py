# SPDX-License-Identifier: MIT
"""Makes calls that other programs do not make, for tracer.py."""
import fcntl
import mmap
import os
import resource
import select
import signal
import socket


def attempt(call, *args):
    """What some file systems and networks do not have fails for both."""
    try:
        print(call(*args))
    except OSError as error:
        print(error)


# Children's signals are held back: else they may interrupt.
signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGCHLD])
os.waitpid(os.posix_spawn("/bin/true", ["true"], {}), 0)
one, other = socket.socketpair()
one.send(b"x" * 40)
print(select.select([other], [one], [], 1) != ([], [], []))
poll = select.poll()
poll.register(other, select.POLLIN)
print(poll.poll(0))
epoll = select.epoll()
epoll.register(other, select.EPOLLIN | select.EPOLLET)
print(epoll.poll(1, 4), other.recv(50), epoll.poll(0))
one.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 9999)
print(one.getsockopt(socket.SOL_SOCKET, socket.SO_TYPE))
one.sendmsg([b"first", b"second"])
print(other.recvmsg(11))
one.shutdown(socket.SHUT_WR)
for path in "/nowhere/socket", "":
    attempt(socket.socket(socket.AF_UNIX).connect, path)
inet = socket.socket()
attempt(inet.bind, ("127.0.0.1", 0))
file = os.open("a", os.O_RDWR | os.O_APPEND)
for what in fcntl.F_GETFD, fcntl.F_GETFL, fcntl.F_GETOWN, fcntl.F_DUPFD_CLOEXEC, 4444:
    attempt(fcntl.fcntl, file, what, 0)
fcntl.fcntl(file, fcntl.F_SETFL, os.O_NONBLOCK | os.O_NOATIME)
fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
fcntl.lockf(file, fcntl.LOCK_SH, 5, 2)
print(os.pread(file, 4, 2), os.preadv(file, [bytearray(3), bytearray(4)], 1))
os.writev(file, [b"one", b"two"])
os.posix_fadvise(file, 0, 0, os.POSIX_FADV_SEQUENTIAL)
attempt(os.posix_fallocate, file, 0, 20)
os.fsync(file)
for how in mmap.ACCESS_READ, mmap.ACCESS_WRITE, mmap.ACCESS_COPY:
    mmap.mmap(file, 8, access=how).close()
mmap.mmap(-1, 9999).flush()
os.sendfile(file, os.open("b", os.O_RDONLY), 0, 10)
print(os.lseek(file, 0, os.SEEK_END), os.pipe2(os.O_CLOEXEC), os.dup2(1, 9), os.uname().sysname)
os.mkfifo("fifo", 0o640)
os.symlink("a", "link")
print(os.readlink("link"), os.access("a", os.R_OK | os.X_OK), os.umask(0o27))
attempt(os.setxattr, "a", b"user.one", b"two")
attempt(os.getxattr, "a", b"user.one")
attempt(os.listxattr, "a")
os.utime("a", ns=(1, 2))
os.truncate("a", 5)
os.chmod("a", 0o4711)
os.chdir("d")
print(len(os.getcwd()), resource.getrlimit(resource.RLIMIT_NOFILE), os.sched_getaffinity(0))
print(os.getpriority(os.PRIO_PROCESS, 0), os.getuid(), os.getgroups(), os.sched_getscheduler(0))
signal.signal(signal.SIGUSR1, lambda *_: print("here"))
signal.setitimer(signal.ITIMER_REAL, 1000)
os.kill(os.getpid(), signal.SIGUSR1)
os.memfd_create("memory", os.MFD_CLOEXEC)
os._exit(0)
