"""A connection to a message bus that knows nothing of Java: messages are put together with struct.

Usage: bus_client.py SOCKET USER GROUP, which it takes on. Commands come on standard input, a line each, events go to standard output:

  call ID MEMBER HEX [KEY=VALUE...]  calls org.chromium.Missived with one byte array; keys: signature (of another
                                     body, which HEX is then), path, interface, destination, endian (l or B),
                                     flags, zeros (that many zero bytes in place of HEX), fields (HEX before ours)
       -> reply ID SIGNATURE HEX | error ID NAME TEXT
  name                               -> name UNIQUE
  own NAME                           -> owned CODE | error own NAME TEXT
  release NAME                       -> owned CODE | error release NAME TEXT
  answer SERIAL HEX                  answers a call that came
  auto HEX                           answers every later call at once
  forge SERIAL UNIQUE HEX            answers a call that somebody else got
  watch NAME                         -> there NAME yes or no, now and whenever that changes
  quit
  -> called SERIAL SENDER MEMBER HEX for a call that comes, -> closed when the bus ends the connection
"""
import os
import select
import socket
import struct
import sys

BUS = "org.freedesktop.DBus"
CALL, REPLY, ERROR, SIGNAL = 1, 2, 3, 4


def pad(data, boundary):
    return data + b"\0" * (-len(data) % boundary)


def text(value, order="<"):
    raw = value.encode()
    return struct.pack(order + "I", len(raw)) + raw + b"\0"


class Message:
    def __init__(self, kind, body=b"", signature="", order="<", flags=0, raw=b"", **fields):
        self.kind, self.body, self.signature = kind, body, signature
        self.order, self.flags, self.raw, self.fields = order, flags, raw, fields

    def encode(self, serial):
        order, out = self.order, self.raw
        codes = {"path": 1, "interface": 2, "member": 3, "error": 4, "destination": 6}
        for name, code in codes.items():
            if self.fields.get(name):
                kind = b"o" if name == "path" else b"s"
                out = pad(out, 8) + struct.pack("BB", code, 1) + kind + b"\0"
                out += text(self.fields[name], order)
        if "reply" in self.fields:
            out = pad(out, 8) + b"\x05\x01u\0" + struct.pack(order + "I", self.fields["reply"])
        if self.signature:
            out = pad(out, 8) + b"\x08\x01g\0" + bytes([len(self.signature)]) + self.signature.encode() + b"\0"
        start = struct.pack(order + "BBBBIII", ord("l" if order == "<" else "B"), self.kind, self.flags, 1,
                            len(self.body), serial, len(out))
        return pad(start + out, 8) + self.body


class Received:
    """Reads what the bus sends; senders here all speak little-endian."""

    def __init__(self, data):
        self.order = "<" if data[0] == ord("l") else ">"
        self.kind = data[1]
        length, self.serial, fields = struct.unpack_from(self.order + "III", data, 4)
        self.fields, at, end = {}, 16, 16 + fields
        while at < end:
            at += -at % 8
            code, kind = data[at], chr(data[at + 2])
            at += 4
            if kind == "g":
                size = data[at]
                self.fields[code] = data[at + 1:at + 1 + size].decode()
                at += size + 2
            elif kind == "u":
                self.fields[code] = struct.unpack_from(self.order + "I", data, at)[0]
                at += 4
            else:
                size = struct.unpack_from(self.order + "I", data, at)[0]
                self.fields[code] = data[at + 4:at + 4 + size].decode()
                at += size + 5
        self.body = data[end + -end % 8:]

    def string(self):
        return self.strings(1)[0]

    def strings(self, count):
        found, at = [], 0
        for _ in range(count):
            at += -at % 4
            size = struct.unpack_from(self.order + "I", self.body, at)[0]
            found.append(self.body[at + 4:at + 4 + size].decode())
            at += size + 5
        return found


class Connection:
    def __init__(self, path):
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.socket.connect(path)
        self.socket.sendall(b"\0AUTH EXTERNAL " + str(os.getuid()).encode().hex().encode() + b"\r\n")
        assert self.socket.recv(4096).startswith(b"OK "), "the bus refuses"
        self.socket.sendall(b"BEGIN\r\n")
        self.buffer, self.serial, self.pending = b"", 0, {}
        self.name = None
        self.bus("Hello", "hello")

    def send(self, message, label=None):
        self.serial += 1
        if label:
            self.pending[self.serial] = label
        self.socket.sendall(message.encode(self.serial))

    def bus(self, member, label, body=b"", signature=""):
        self.send(Message(CALL, body, signature, path="/org/freedesktop/DBus", interface=BUS, member=member,
                          destination=BUS), label)

    def messages(self):
        data = self.socket.recv(1 << 20)
        if not data:
            say("closed")
            sys.exit(0)
        self.buffer += data
        while len(self.buffer) >= 16:
            order = "<" if self.buffer[0] == ord("l") else ">"
            body, _, fields = struct.unpack_from(order + "III", self.buffer, 4)
            size = 16 + fields + -fields % 8 + body
            if len(self.buffer) < size:
                return
            yield Received(self.buffer[:size])
            self.buffer = self.buffer[size:]


def say(*words):
    print(*words, flush=True)


def array(order, content):
    return struct.pack(order + "I", len(content)) + content


def command(bus, words):
    if words[0] == "call":
        options = dict(word.split("=", 1) for word in words[4:])
        order = ">" if options.get("endian") == "B" else "<"
        content = bytes(int(options["zeros"])) if "zeros" in options else bytes.fromhex(words[3].strip("-"))
        signature = options.get("signature", "ay")
        body = array(order, content) if signature == "ay" else content
        bus.send(Message(CALL, body, signature.strip("-"), order, int(options.get("flags", "0")),
                         bytes.fromhex(options.get("fields", "")),
                         path=options.get("path", "/org/chromium/Missived"),
                         interface=options.get("interface", "org.chromium.Missived").strip("-"),
                         member=words[2], destination=options.get("destination", "org.chromium.Missived")),
                 words[1])
    elif words[0] == "name":
        say("name", bus.name)
    elif words[0] == "own":
        bus.bus("RequestName", "own", pad(text(words[1]), 4) + struct.pack("<I", 0), "su")
    elif words[0] == "answer":
        serial, to = int(words[1]), callers.pop(int(words[1]))
        bus.send(Message(REPLY, array("<", bytes.fromhex(words[2].strip("-"))), "ay", flags=1, reply=serial,
                         destination=to))
    elif words[0] == "forge":
        bus.send(Message(REPLY, array("<", bytes.fromhex(words[3])), "ay", flags=1, reply=int(words[1]),
                         destination=words[2]))
    elif words[0] == "auto":
        callers["auto"] = words[1]
    elif words[0] == "release":
        bus.bus("ReleaseName", "release", text(words[1]), "s")
    elif words[0] == "watch":
        bus.bus("AddMatch", "match", text(f"type='signal',sender='{BUS}',member='NameOwnerChanged',arg0='{words[1]}'"), "s")
        bus.bus("NameHasOwner", "there " + words[1], text(words[1]), "s")
    elif words[0] == "quit":
        sys.exit(0)


callers = {}


def received(bus, message):
    if message.kind == CALL:
        callers[message.serial] = message.fields[7]
        say("called", message.serial, message.fields[7], message.fields[3], message.body[4:].hex() or "-")
        if "auto" in callers:
            command(bus, ["answer", str(message.serial), callers["auto"]])
        return
    if message.kind == SIGNAL and message.fields[3] == "NameOwnerChanged":
        name, _, owner = message.strings(3)
        say("there", name, "yes" if owner else "no")
        return
    label = bus.pending.pop(message.fields.get(5), None)
    if label is None:
        return
    if message.kind == ERROR:
        say("error", label, message.fields[4], message.string())
    elif label == "hello":
        bus.name = message.string()
        say("connected", bus.name)
    elif label.startswith("there "):
        say(label, "yes" if any(message.body[:4]) else "no")
    elif label == "match":
        return
    elif label in ("own", "release"):
        say("owned", struct.unpack_from(message.order + "I", message.body)[0])
    else:
        content = message.body[4:] if message.fields.get(8) == "ay" else message.body
        say("reply", label, message.fields.get(8, "-"), content.hex() or "-")


def main():
    os.setgroups([int(sys.argv[3])])
    os.setgid(int(sys.argv[2]))
    os.setuid(int(sys.argv[2]))
    bus, lines = Connection(sys.argv[1]), b""
    while True:
        ready, _, _ = select.select([bus.socket, sys.stdin], [], [])
        if bus.socket in ready:
            for message in bus.messages():
                received(bus, message)
        if sys.stdin in ready:
            data = os.read(0, 1 << 16)
            if not data:
                return
            lines += data
            while b"\n" in lines:
                line, lines = lines.split(b"\n", 1)
                command(bus, line.decode().split())


main()
