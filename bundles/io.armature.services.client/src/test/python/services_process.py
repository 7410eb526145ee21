"""A process that owns, requests and observes services as its standard input says, for tests.

python3 services_process.py SOCKET [channels]

Commands, one a line: register NAME | unregister NAME | request ID NAME [MICROSECONDS] | send ID WORDS | large ID BYTES |
close ID CODE WORDS | query NAME | observe | disconnect. What happens is printed, one event a line. Whoever requests what
this owns gets an echo, as pipe NAME#1, NAME#2, ...
"""

import os
import selectors
import sys

import armature_services as services


class Process:
    def __init__(self, path, channels):
        self.loop = services.Loop()
        self.pipes = {}
        self.providers = {}
        self.running = True
        self.rest = b""
        self.connection = services.Connection(self.loop, path, channels)
        self.say("connected")
        os.set_blocking(0, False)
        self.loop.selector.register(0, selectors.EVENT_READ, self.commands)

    @staticmethod
    def say(*words):
        print(*words, flush=True)

    def commands(self, _):
        raw = os.read(0, 65_536)
        self.running = bool(raw)
        *lines, self.rest = (self.rest + raw).split(b"\n")
        for line in lines:
            word, *arguments = line.decode().split(" ")
            getattr(self, word)(*arguments)

    def run(self):
        ended = False
        while self.running:
            self.loop.run_once()
            for name, pipe in list(self.pipes.items()):
                if pipe.reason is not None:
                    del self.pipes[name]
                    self.say("closed", name, *pipe.reason)
            for name, pipe in list(self.providers.items()):
                if pipe.reason is not None:
                    del self.providers[name]
                    self.say("unregistered", name, *pipe.reason)
            if self.connection.reason is not None and not ended:
                ended = True
                self.say("disconnected", *self.connection.reason)

    def hear(self, name, pipe):
        self.pipes[name] = pipe
        pipe.listen(lambda message: self.say("got", name, summary(message)))

    def register(self, name):
        count = 0

        def provide(identity, pipe):
            nonlocal count
            count += 1
            number = f"{name}#{count}"
            self.pipes[number] = pipe
            self.say("asked", number, identity.uid, identity.bundle or "-")
            pipe.listen(pipe.send)

        self.providers[name] = self.connection.register(name, provide)

    def unregister(self, name):
        self.providers[name].close()

    def request(self, number, name, timeout_us=None):
        self.hear(number, self.connection.request(name, None if timeout_us is None else int(timeout_us)))

    def send(self, number, *words):
        self.pipes[number].send(" ".join(words).encode())

    def large(self, number, size):
        self.pipes[number].send(b"x" * int(size))

    def close(self, number, code, *words):
        self.pipes[number].close(int(code), " ".join(words))

    def query(self, name):
        def answer(state):
            if isinstance(state, services.Identity):
                self.say("state", name, "registered", state.uid)
            elif state is None:
                self.say("state", name, "unregistered")
            else:
                self.say("state", name, "error", state[0])

        self.connection.query(name, answer)

    def observe(self):
        kinds = {1: "registered", 2: "unregistered"}
        self.connection.observe(
            lambda event: self.say("event", kinds.get(event.type), event.service_name, event.dispatcher.uid)
        )

    def disconnect(self):
        self.connection.close()


def summary(message):
    return message.decode() if len(message) <= 100 else f"{len(message)} bytes"


if __name__ == "__main__":
    Process(sys.argv[1], "channels" in sys.argv[2:]).run()
