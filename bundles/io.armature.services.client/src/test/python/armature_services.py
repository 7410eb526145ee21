"""A client of the service manager in Python, standard library only.

Written from docs/formats/services.md alone, to show that the page suffices. One thread, one selector: Loop.run_once() moves
bytes and calls back.
"""

import collections
import selectors
import socket
import struct
import time

MESSAGE_LIMIT = 1 << 20
MESSAGE, CLOSE = 0, 1
UNKNOWN, TIMEOUT, DENIED, ALREADY_REGISTERED, NOT_FOUND, OS_ERROR = 1, 2, 3, 4, 5, 6
CREDIT = 65_536
COST = 16


# Protobuf: numbers and lengths are varints; a message is a list of (field, value).


def varint(number):
    number &= (1 << 64) - 1
    out = bytearray()
    while number > 0x7F:
        out.append(number & 0x7F | 0x80)
        number >>= 7
    out.append(number)
    return bytes(out)


def encode(*fields):
    """Fields that are None are left out; text and bytes go with their length, numbers as varints."""
    out = bytearray()
    for field, value in fields:
        if value is None:
            continue
        if isinstance(value, int):
            out += varint(field << 3) + varint(value)
        else:
            raw = value.encode() if isinstance(value, str) else value
            out += varint(field << 3 | 2) + varint(len(raw)) + raw
    return bytes(out)


def decode(raw):
    """Field number to its last value: int or bytes. Fields of later versions are kept, nobody asks for them."""
    fields, at = {}, 0

    def number():
        nonlocal at
        value = shift = 0
        while True:
            byte = raw[at]
            at += 1
            value |= (byte & 0x7F) << shift
            shift += 7
            if byte < 0x80:
                return value

    while at < len(raw):
        key = number()
        kind = key & 7
        if kind == 0:
            value = number()
        else:
            length = {1: 8, 5: 4}.get(kind)
            length = number() if length is None else length
            value = raw[at : at + length]
            at += length
        fields[key >> 3] = value
    return fields


def text(fields, number):
    return fields[number].decode() if number in fields else None


Identity = collections.namedtuple("Identity", "pid uid gid username security_context bundle")
Event = collections.namedtuple("Event", "type service_name dispatcher")


def identity(raw):
    f = decode(raw)
    return Identity(f.get(1, 0), f.get(2, 0), f.get(3, 0), text(f, 4), text(f, 5), text(f, 6))


class Loop:
    """Waits for sockets and calls their owners."""

    def __init__(self):
        self.selector = selectors.DefaultSelector()

    def run_once(self, timeout=None):
        for key, events in self.selector.select(timeout):
            key.data(events)

    def until(self, true, seconds=10):
        deadline = time.monotonic() + seconds
        while not true():
            left = deadline - time.monotonic()
            if left <= 0:
                raise TimeoutError(f"not within {seconds} s")
            self.run_once(left)


class Frames:
    """Frames in both directions over one socket. Pipe and connection are made of it."""

    def __init__(self, loop, sock, on_message, on_close):
        self.loop, self.sock, self.on_message, self.on_close = loop, sock, on_message, on_close
        sock.setblocking(False)
        self.incoming = bytearray()
        self.descriptors = collections.deque()
        self.outgoing = collections.deque()
        self.leaving = self.closed = False
        loop.selector.register(sock, selectors.EVENT_READ, self._ready)

    def send(self, message, descriptor=None):
        """The descriptor, a socket, belongs to this and is closed once it was sent."""
        if len(message) > MESSAGE_LIMIT:
            raise ValueError(f"a message has at most {MESSAGE_LIMIT} bytes")
        self._write(MESSAGE, message, descriptor)

    def close(self, code=0, reason=""):
        """What waits is sent before; 0 without a reason closes without a frame."""
        if self.closed or self.leaving:
            return
        if code or reason:
            self._write(CLOSE, struct.pack(">I", code) + reason.encode()[:4096], None)
        self.leaving = True
        self._flush()

    def _write(self, kind, body, descriptor):
        if self.closed or self.leaving:
            if descriptor is not None:
                descriptor.close()
            return
        self.outgoing.append([struct.pack(">IB", 1 + len(body), kind) + body, descriptor])
        self._flush()

    def _flush(self):
        try:
            while self.outgoing and not self.closed:
                frame, descriptor = self.outgoing[0]
                if descriptor is None:
                    sent = self.sock.send(frame, socket.MSG_NOSIGNAL)
                else:
                    sent = socket.send_fds(self.sock, [frame], [descriptor.fileno()], socket.MSG_NOSIGNAL)
                    descriptor.close()
                if sent < len(frame):
                    self.outgoing[0] = [frame[sent:], None]
                else:
                    self.outgoing.popleft()
        except BlockingIOError:
            pass
        except OSError:
            return self._ended(0, "")
        if self.closed:
            return None
        if self.leaving and not self.outgoing:
            return self._ended(0, "")
        write = selectors.EVENT_WRITE if self.outgoing else 0
        self.loop.selector.modify(self.sock, selectors.EVENT_READ | write, self._ready)
        return None

    def _ready(self, events):
        if events & selectors.EVENT_WRITE:
            self._flush()
        if events & selectors.EVENT_READ and not self.closed:
            self._read()

    def _read(self):
        try:
            raw, descriptors, _, _ = socket.recv_fds(self.sock, 65_536, 16)
        except BlockingIOError:
            return
        except OSError:
            return self._ended(0, "")
        self.descriptors.extend(socket.socket(fileno=number) for number in descriptors)
        self.incoming += raw
        while len(self.incoming) >= 5 and not self.closed:
            length, kind = struct.unpack_from(">IB", self.incoming)
            if not 1 <= length <= MESSAGE_LIMIT + 1 or kind not in (MESSAGE, CLOSE) or kind == CLOSE and length < 5:
                return self.close(UNKNOWN, "not a frame")
            if len(self.incoming) < 4 + length:
                break
            body = bytes(self.incoming[5 : 4 + length])
            del self.incoming[: 4 + length]
            if kind == MESSAGE:
                self.on_message(body)
            else:
                return self._ended(struct.unpack_from(">I", body)[0], body[4:].decode(errors="replace"))
        if not raw:
            self._ended(0, "")

    def descriptor(self):
        """The descriptor that came with the message that is being told."""
        return self.descriptors.popleft() if self.descriptors else None

    def _ended(self, code, reason):
        if not self.closed:
            self.closed = True
            self.loop.selector.unregister(self.sock)
            self.sock.close()
            for descriptor in self.descriptors:
                descriptor.close()
            self.on_close(code, reason)


class Pipe:
    """One end of a pipe. Messages are kept until somebody listens."""

    def __init__(self):
        self.received = collections.deque()
        self.reason = None
        self.on_message = None
        self.frames = None

    def listen(self, on_message):
        self.on_message = on_message
        while self.received:
            on_message(self.received.popleft())

    def send(self, message):
        self.frames.send(message)

    def close(self, code=0, reason=""):
        self.frames.close(code, reason)

    def _message(self, message):
        if self.on_message:
            self.on_message(message)
        else:
            self.received.append(message)

    def _closed(self, code, reason):
        if self.reason is None:
            self.reason = (code, reason)


class DescriptorPipe(Pipe):
    def __init__(self, loop, sock):
        super().__init__()
        self.frames = Frames(loop, sock, self._message, self._closed)


class ChannelPipe(Pipe):
    """A pipe whose frames travel on the connection."""

    def __init__(self, connection, number):
        super().__init__()
        self.connection, self.number = connection, number
        self.credit = CREDIT
        self.waiting = collections.deque()
        self.leaving = None
        connection.channels[number] = self

    def send(self, message):
        if self.reason is None and self.leaving is None:
            self.waiting.append(message)
            self.flush()

    def close(self, code=0, reason=""):
        if self.reason is None and self.leaving is None:
            self.leaving = (code, reason)
            self.flush()

    def flush(self):
        while self.waiting and self.credit > 0:
            message = self.waiting.popleft()
            self.credit -= len(message) + COST
            self.connection.tell(5, encode((1, self.number), (2, message)))
        if self.leaving is not None and not self.waiting:
            self.connection.tell(6, encode((1, self.number), (2, self.leaving[0]), (3, self.leaving[1])))
            self._closed(*self.leaving)

    def taken(self, message):
        self.connection.tell(7, encode((1, self.number), (2, len(message) + COST)))
        self._message(message)

    def _closed(self, code, reason):
        super()._closed(code, reason)
        self.connection.channels.pop(self.number, None)


class Connection:
    """A connection to the service manager.

    channels=True: pipes are relayed through the connection instead of being passed as descriptors.
    """

    def __init__(self, loop, path, channels=False, seconds=120):
        self.loop = loop
        self.reason = None
        self.use_channels = channels
        self.channels = {}
        self.next_channel = 1
        self.queries = {}
        self.frames = Frames(loop, self._connect(path, seconds), self._message, self._closed)

    @staticmethod
    def _connect(path, seconds):
        deadline = time.monotonic() + seconds
        while True:
            sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
            try:
                sock.connect(path)
                return sock
            except OSError:
                sock.close()
                if time.monotonic() >= deadline:
                    raise
                time.sleep(0.1)

    def register(self, name, provide):
        """provide(identity, pipe) for each requester. Returns the provider pipe: closing it ends the registration."""
        pipe = self._call(1, 2, (1, name))

        def asked(raw):
            fields = decode(raw)
            if 2 in fields:
                provide(identity(fields[1]), ChannelPipe(self, fields[2]))
            else:
                provide(identity(fields[1]), DescriptorPipe(self.loop, pipe.frames.descriptor()))

        pipe.listen(asked)
        return pipe

    def request(self, name, timeout_us=None):
        return self._call(2, 3, (1, name), (2, timeout_us))

    def query(self, name, answer):
        """answer(state): an Identity, None for nobody, or a pair of code and message."""
        number = len(self.queries) + 1
        self.queries[number] = answer
        self.tell(3, encode((1, number), (2, name)))

    def observe(self, told):
        pipe = self._call(4, 1)

        def event(raw):
            fields = decode(raw)
            told(Event(fields.get(1, 0), text(fields, 2), identity(fields[3])))

        pipe.listen(event)
        return pipe

    def close(self):
        self.frames.close()

    def _call(self, call, channel_field, *fields):
        if self.use_channels:
            pipe = ChannelPipe(self, self.next_channel)
            self.next_channel += 2
            self.tell(call, encode(*fields, (channel_field, pipe.number)))
            return pipe
        mine, theirs = socket.socketpair()
        pipe = DescriptorPipe(self.loop, mine)
        self.tell(call, encode(*fields), theirs)
        return pipe

    def tell(self, call, message, descriptor=None):
        self.frames.send(encode((call, message)), descriptor)

    def _message(self, raw):
        for kind, value in decode(raw).items():
            fields = decode(value)
            if kind == 1:
                self._answer(fields)
            elif kind in (2, 3, 4):
                channel = self.channels.get(fields.get(1, 0))
                if channel is None:
                    continue
                if kind == 2:
                    channel.taken(fields.get(2, b""))
                elif kind == 3:
                    channel._closed(fields.get(2, 0), text(fields, 3) or "")
                else:
                    channel.credit += fields.get(2, 0)
                    channel.flush()

    def _answer(self, fields):
        answer = self.queries.get(fields.get(1, 0))
        if 2 in fields:
            answer(identity(decode(fields[2])[1]))
        elif 3 in fields:
            answer(None)
        else:
            error = decode(fields.get(4, b""))
            answer((error.get(1, UNKNOWN), text(error, 2) or ""))

    def _closed(self, code, reason):
        self.reason = (code, reason)
        for channel in list(self.channels.values()):
            channel._closed(0, "")
