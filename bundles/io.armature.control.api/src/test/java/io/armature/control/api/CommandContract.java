package io.armature.control.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.armature.control.api.testing.MemoryTerminal;
import java.lang.reflect.Field;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;

/** What every {@link Command} keeps. A provider's test extends it. */
public abstract class CommandContract {

    /** The command under test. */
    protected abstract Command command() throws Exception;

    private static List<CommandSpec> words(Object model) {
        List<CommandSpec> words = new ArrayList<>();
        words.add(new CommandLine(model).getCommandSpec());
        for (int i = 0; i < words.size(); i++) {
            words.get(i)
                    .subcommands()
                    .values()
                    .forEach(
                            line -> {
                                if (!words.contains(line.getCommandSpec())) {
                                    words.add(line.getCommandSpec());
                                }
                            });
        }
        return words;
    }

    @Test
    public void everyCallHasAModelOfItsOwn() throws Exception {
        Command command = command();
        MemoryTerminal terminal = new MemoryTerminal("");
        assertThat(command.create(terminal)).isNotSameAs(command.create(terminal));
    }

    @Test
    public void makingAModelReadsAndWritesNothing() throws Exception {
        MemoryTerminal terminal = new MemoryTerminal("untouched");
        words(command().create(terminal));
        assertThat(terminal.printed()).isEmpty();
        assertThat(terminal.complained()).isEmpty();
        assertThat(terminal.in().readAllBytes()).asString().isEqualTo("untouched");
    }

    @Test
    public void everyWordAndEveryArgumentSaysWhatItIsFor() throws Exception {
        for (CommandSpec word : words(command().create(new MemoryTerminal("")))) {
            assertThat(word.usageMessage().description()).as(word.qualifiedName()).isNotEmpty();
            for (ArgSpec argument : word.args()) {
                if (!argument.hidden() && !word.usageMessage().hidden()) {
                    assertThat(argument.description())
                            .as(word.qualifiedName() + " " + argument)
                            .isNotEmpty();
                }
            }
        }
    }

    @Test
    public void wordsThatDoSomethingRunOrAreCalled() throws Exception {
        for (CommandSpec word : words(command().create(new MemoryTerminal("")))) {
            if (word.subcommands().isEmpty()) {
                assertThat(word.userObject())
                        .as(word.qualifiedName())
                        .isInstanceOfAny(
                                Runnable.class,
                                java.util.concurrent.Callable.class,
                                java.lang.reflect.Method.class);
            }
        }
    }

    @Test
    public void modelUsesNoOsgiTypes() throws Exception {
        for (CommandSpec word : words(command().create(new MemoryTerminal("")))) {
            for (Field field : word.userObject().getClass().getDeclaredFields()) {
                assertThat(field.getType().getName())
                        .as(field.toString())
                        .doesNotStartWith("org.osgi.");
            }
        }
    }
}
