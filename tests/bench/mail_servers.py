"""The servers of tests/bench/mail: unpacked, set up, started."""
import glob
import itertools
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(
    os.path.abspath(__file__))))
BIN = os.environ.get("LABNET_BIN", ROOT + "/build/bin")
PACKAGES = {"postfix": ["postfix", "libicu72", "libnsl2", "libdb5.3",
                        "libsasl2-2"],
            "opensmtpd": ["opensmtpd", "libevent-2.1-7", "libdb5.3"],
            "exim": ["exim4-daemon-light", "exim4-base", "libidn12",
                     "libgnutls-dane0", "libnsl2", "libdb5.3", "libunbound8",
                     "libevent-2.1-7", "libpcre2-8-0"]}


def run(*argv, **how):
    return subprocess.run(argv, check=True, **how)


def fetch(cache):
    """The packages; apt keeps what is there."""
    os.makedirs(cache, exist_ok=True)
    for name in sorted({p for list_ in PACKAGES.values() for p in list_}):
        if not glob.glob(f"{cache}/{name}_*.deb"):
            run("apt-get", "-qq", "-o", "APT::Sandbox::User=root",
                "download", name, cwd=cache)


class Server:
    """A server in a directory `work', its mail below `data'."""

    def __init__(self, work, cache):
        self.work, self.data = work, work + "/data"
        self.cells = itertools.count()
        self.root = work + "/root"
        for part in ("data", "upper", "private", "root"):
            os.makedirs(f"{work}/{part}")
        run("mount", "-t", "overlay", "overlay", "-o", "lowerdir=/,upperdir="
            f"{work}/upper,workdir={work}/private", self.root)
        for name in PACKAGES.get(self.name, []):
            # dpkg -x would put a directory in the place of /lib.
            run("sh", "-c", 'dpkg --fsys-tarfile "$0" | tar -x -C "$1" '
                "--keep-directory-symlink",
                glob.glob(f"{cache}/{name}_*.deb")[0], self.root)
        os.makedirs(self.root + "/data", exist_ok=True)
        run("mount", "--bind", self.data, self.root + "/data")
        run("mount", "--bind", "/dev", self.root + "/dev")
        run("mount", "-t", "proc", "proc", self.root + "/proc")
        run("mount", "-t", "tmpfs", "none", self.root + "/run")
        os.chmod(self.data, 0o755)
        self.box = self.data + "/bob"
        self.prepare()

    def user(self, name, uid, home="/nonexistent"):
        for file, line in (("passwd", f"{name}:x:{uid}:{uid}::{home}:/bin/sh"),
                           ("group", f"{name}:x:{uid}:")):
            with open(f"{self.root}/etc/{file}", "a") as f:
                f.write(line + "\n")

    def home(self):
        self.user("bob", 21001, "/data")
        os.makedirs(self.box)
        for part in ("tmp", "new", "cur"):
            os.makedirs(f"{self.box}/{part}")
        for path in (self.box, *glob.glob(self.box + "/*")):
            os.chown(path, 21001, 21001)
        os.chown(self.data, 21001, 21001)

    def put(self, path, text):
        os.makedirs(os.path.dirname(self.root + path), exist_ok=True)
        with open(self.root + path, "w") as f:
            f.write(text)

    def chroot(self, *argv):
        return ["chroot", self.root, *argv]

    def start(self):
        self.process = subprocess.Popen(
            self.argv(), stdout=subprocess.DEVNULL, cwd=self.work,
            stderr=open(self.work + "/log", "ab"), start_new_session=True)
        end = time.monotonic() + 20
        while time.monotonic() < end:
            try:
                with socket.create_connection(("127.0.0.1", self.port), 1) \
                        as s:
                    if s.recv(3) == b"220":
                        return
            except OSError:
                pass
            time.sleep(0.05)
        sys.exit(f"{self.name} does not start: {self.work}/log")

    def stop(self):
        self.process.terminate()
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            os.killpg(self.process.pid, signal.SIGKILL)

    def new(self):
        return len(os.listdir(self.box + "/new"))

    def empty(self):
        # Put aside, not removed: ext4 without a journal looks at each inode
        # that was freed lately before it gives a new one, which after some
        # thousand messages takes longer than all that a server does.
        os.rename(self.box + "/new", f"{self.box}/old{next(self.cells)}")
        os.mkdir(self.box + "/new", 0o700)
        uid = os.stat(self.box).st_uid
        os.chown(self.box + "/new", uid, uid)


class Labnet(Server):
    name, port = "labnet", 2501

    def prepare(self):
        site = self.data + "/site"
        run(BIN + "/site", "-d", site)
        self.box = site + "/spool/mail/bob"
        with open(site + "/etc/services.conf", "w") as f:
            f.write(f"127.0.0.1:{self.port} stream tcp nowait smtp smtpd smtpd\n"
                    "spool/run/auth seqpacket unix wait authd+ authd authd\n"
                    "spool/run/deliver seqpacket unix wait deliver+ "
                    "deliver deliver\n")

    def argv(self):
        return [BIN + "/inetd", "-f", "-C", self.data + "/site"]


class Postfix(Server):
    name, port = "postfix", 2502

    def prepare(self):
        self.home()
        self.user("postfix", 21002)
        self.user("postdrop", 21003)
        etc, share = "/etc/postfix", "/usr/share/postfix"
        master = open(f"{self.root}{share}/master.cf.dist").read()
        master = re.sub(r"^((?:\S+\s+){4})y ", r"\1n ", master, flags=re.M)
        master = re.sub(r"^smtp( +inet)", r"2502\1", master, flags=re.M)
        self.put(etc + "/master.cf", master)
        self.put(etc + "/main.cf",
                 "compatibility_level = 3.6\nmyhostname = hamburger.edu\n"
                 "queue_directory = /data/queue\ndata_directory = /data/lib\n"
                 "mydestination = hamburger.edu\nalias_maps =\n"
                 "alias_database =\nhome_mailbox = bob/\n"
                 "inet_interfaces = 127.0.0.1\ninet_protocols = ipv4\n"
                 "daemon_directory = /usr/lib/postfix/sbin\n"
                 "command_directory = /usr/sbin\nmynetworks_style = host\n"
                 "maillog_file = /data/postfix.log\n"
                 "maillog_file_prefixes = /data\nmax_use = 100000\n"
                 "smtpd_client_connection_count_limit = 0\n"
                 "smtpd_error_sleep_time = 0\nbiff = no\n")
        os.makedirs(self.data + "/queue")
        os.makedirs(self.data + "/lib")
        os.chown(self.data + "/lib", 21002, 21002)
        shutil.copy(ROOT + "/README.md", self.root + etc + "/postfix-files")
        for name, mode in (("active", 0o700), ("bounce", 0o700),
                           ("corrupt", 0o700), ("defer", 0o700),
                           ("deferred", 0o700), ("flush", 0o700),
                           ("hold", 0o700), ("incoming", 0o700),
                           ("private", 0o700), ("saved", 0o700),
                           ("trace", 0o700), ("maildrop", 0o1730),
                           ("public", 0o2710), ("pid", 0o755)):
            path = f"{self.data}/queue/{name}"
            os.makedirs(path)
            os.chown(path, 0 if name == "pid" else 21002,
                     21003 if name in ("maildrop", "public") else 0)
            os.chmod(path, mode)

    def argv(self):
        return self.chroot("/usr/lib/postfix/sbin/master", "-c",
                           "/etc/postfix", "-d")


class Opensmtpd(Server):
    name, port = "opensmtpd", 2503

    def prepare(self):
        self.home()
        self.user("opensmtpd", 21002)
        self.user("opensmtpq", 21003)
        self.put("/etc/smtpd.conf",
                 "smtp max-message-size 50M\nlisten on 127.0.0.1 port 2503\n"
                 'action "local" maildir "/data/bob"\n'
                 'match from any for domain "hamburger.edu" action "local"\n'
                 "queue ttl 1d\n")
        os.makedirs(self.root + "/run/opensmtpd", exist_ok=True)
        os.makedirs(self.data + "/spool")
        spool = self.root + "/var/spool/smtpd"
        os.makedirs(spool, exist_ok=True)
        run("mount", "--bind", self.data + "/spool", spool)
        os.chmod(spool, 0o711)
        os.makedirs(self.root + "/var/lib/opensmtpd/empty", exist_ok=True)
        for name, uid, gid, mode in (
                ("offline", 0, 21003, 0o770), ("purge", 21003, 0, 0o700),
                ("queue", 21003, 0, 0o700), ("incoming", 21003, 0, 0o700),
                ("corrupt", 21003, 0, 0o700),
                ("temporary", 21003, 0, 0o700)):
            os.makedirs(f"{spool}/{name}")
            os.chown(f"{spool}/{name}", uid, gid)
            os.chmod(f"{spool}/{name}", mode)

    def argv(self):
        return self.chroot("/usr/sbin/smtpd", "-dF")


class Exim(Server):
    name, port = "exim", 2504

    def prepare(self):
        self.home()
        self.user("Debian-exim", 21002)
        self.put("/etc/exim4/exim4.conf",
                 "primary_hostname = hamburger.edu\n"
                 "domainlist local = hamburger.edu\nspool_directory = "
                 "/data/spool\nlog_file_path = /data/log-%s\n"
                 "never_users = root\nsmtp_accept_max = 0\n"
                 "smtp_accept_max_per_connection = 0\n"
                 "smtp_accept_queue_per_connection = 0\n"
                 "host_lookup =\nrfc1413_query_timeout = 0s\n"
                 "tls_advertise_hosts =\nacl_smtp_rcpt = accept_all\n"
                 "acl_smtp_data = accept_all\nbegin acl\naccept_all:\n"
                 "  accept\nbegin routers\nlocal:\n  driver = accept\n"
                 "  domains = +local\n  check_local_user\n"
                 "  transport = maildir\nbegin transports\nmaildir:\n"
                 "  driver = appendfile\n  directory = /data/bob\n"
                 "  maildir_format\n  create_directory = false\n"
                 "begin retry\n* * F,2h,15m\n")
        os.makedirs(self.data + "/spool")
        os.chown(self.data + "/spool", 21002, 21002)
        os.chmod(self.data, 0o777)

    def argv(self):
        return self.chroot("/usr/sbin/exim4", "-bdf", "-oX", "127.0.0.1.2504")


KINDS = {k.name: k for k in (Labnet, Postfix, Opensmtpd, Exim)}
