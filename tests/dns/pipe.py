"""For tests in Python: compile zones, ask dnsd in a pipe."""

import os
import struct
import subprocess


def wire(name):
    return b"".join(bytes([len(p)]) + p.encode()
                    for p in name.rstrip(".").split(".")) + b"\0"


def query(name, qtype=1, extra=b"", additional=0):
    return struct.pack("!6H", 1, 0, 1, 0, 0, additional) + wire(name) + \
        struct.pack("!HH", qtype, 1) + extra


class Site:
    def __init__(self, bin_, folder):
        self.bin, self.folder = bin_, folder
        for d in ("zones", "spool"):
            os.makedirs(os.path.join(folder, d), exist_ok=True)

    def write(self, name, data):
        with open(os.path.join(self.folder, "zones", name), "wb") as f:
            f.write(data)

    def compile(self):
        """zonec's log."""
        p = subprocess.run([self.bin + "/zonec", "-z", self.folder + "/zones",
                            "-d", self.folder + "/spool"],
                           stderr=subprocess.PIPE, check=True)
        return p.stderr.decode()

    def ask(self, *messages):
        """The answers, of as many messages in one go."""
        p = subprocess.run([self.bin + "/dnsd", "-c", "/dev/null", "-d",
                            self.folder + "/spool"], check=True,
                           stdout=subprocess.PIPE,
                           input=b"".join(struct.pack("!H", len(m)) + m
                                          for m in messages))
        replies, at = [], 0
        while at < len(p.stdout):
            n, = struct.unpack_from("!H", p.stdout, at)
            replies.append(p.stdout[at + 2:at + 2 + n])
            at += 2 + n
        return replies


def rcode(reply):
    return reply[3] & 15


def counts(reply):
    return struct.unpack("!3H", reply[6:12])
