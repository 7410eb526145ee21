package io.armature.boot.conductor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.armature.boot.api.BootControl;
import io.armature.boot.api.BootControlContract;
import io.armature.boot.application.Application;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CallerControlTest extends BootControlContract {

    private final FakeDevice device = new FakeDevice();
    private final Conductor conductor = device.conductor(false);

    @BeforeEach
    void start() {
        conductor.start();
    }

    @Override
    protected BootControl application() {
        return control("io.armature.kiosk", new Application.OfBundle("io.armature.kiosk"));
    }

    @Override
    protected BootControl stranger() {
        return control("io.armature.other", new Application.OfBundle("io.armature.kiosk"));
    }

    private BootControl control(String caller, Application application) {
        return new CallerControl(conductor, caller, application);
    }

    @ParameterizedTest
    @ValueSource(strings = {"none", "process none"})
    void bundleOfAnotherKindOfProfileIsNeverTheApplication(String application) {
        BootControl control = control("none", Application.parse(application));
        assertThat(control.isApplication()).isFalse();
        assertThatThrownBy(control::announceReady)
                .isInstanceOf(SecurityException.class)
                .hasMessage("none is not the application, which is " + application);
    }

    @Override
    protected void settle() {
        device.settle();
    }
}
