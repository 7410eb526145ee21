package io.armature.boot.application;

import io.armature.platform.api.ChildContract;
import io.armature.platform.api.ProcessLauncher;

class FakeLauncherTest extends ChildContract {

    private final FakeLauncher launcher = new FakeLauncher();

    @Override
    protected ProcessLauncher launcher() {
        return launcher;
    }
}
