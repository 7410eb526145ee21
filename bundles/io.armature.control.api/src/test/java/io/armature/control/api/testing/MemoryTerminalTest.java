package io.armature.control.api.testing;

import io.armature.control.api.Terminal;
import io.armature.control.api.TerminalContract;
import java.nio.file.Path;
import java.util.Map;

class MemoryTerminalTest extends TerminalContract {

    private MemoryTerminal terminal;

    @Override
    protected Terminal terminal(String input) {
        silent();
        terminal.type(input);
        terminal.endInput();
        return terminal;
    }

    @Override
    protected Terminal silent() {
        terminal = new MemoryTerminal(Path.of("/tmp"), Map.of(VARIABLE, "given"));
        return terminal;
    }

    @Override
    protected void go() {
        terminal.go();
    }

    @Override
    protected String printed() {
        return terminal.printed();
    }

    @Override
    protected String complained() {
        return terminal.complained();
    }
}
