package io.armature.console.feed;

import static org.assertj.core.api.Assertions.assertThat;

import io.armature.control.api.ConsoleSource;
import io.armature.control.api.ConsoleSourceContract;
import io.armature.platform.api.Fault;
import java.util.List;
import org.junit.jupiter.api.Test;

class FaultCollectionTest extends ConsoleSourceContract {

    private final FaultCollection faults = new FaultCollection();

    @Override
    protected ConsoleSource source() {
        return faults;
    }

    @Override
    protected void change() {
        faults.add(() -> List.of(new Fault("part", "a \"quoted\" }subject", "torn\\")));
    }

    @Test
    void partThatGoesTakesItsFaultsAlong() {
        io.armature.platform.api.FaultSource part = () -> List.of(new Fault("a", "b", "c"));
        faults.add(part);
        assertThat(faults.snapshot())
                .isEqualTo("{\"faults\":[{\"source\":\"a\",\"subject\":\"b\",\"reason\":\"c\"}]}");
        faults.remove(part);
        assertThat(faults.snapshot()).isEqualTo("{\"faults\":[]}");
    }
}
