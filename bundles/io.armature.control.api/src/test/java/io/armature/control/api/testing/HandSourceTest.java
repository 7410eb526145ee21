package io.armature.control.api.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.armature.control.api.ConsoleSource;
import io.armature.control.api.ConsoleSourceContract;
import org.junit.jupiter.api.Test;

class HandSourceTest extends ConsoleSourceContract {

    private final HandSource source = new HandSource("hand", "{}");
    private int changes;

    @Override
    protected ConsoleSource source() {
        return source;
    }

    @Override
    protected void change() {
        source.set("{\"n\":" + ++changes + "}");
    }

    @Test
    void failingSourceFailsUntilItIsSet() {
        source.fail();
        assertThatThrownBy(source::snapshot).hasMessage("broken");
        source.set("{}");
        assertThat(source.snapshot()).isEqualTo("{}");
        assertThat(source.reads()).isEqualTo(2);
    }
}
