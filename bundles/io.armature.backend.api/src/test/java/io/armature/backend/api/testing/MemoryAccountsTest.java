package io.armature.backend.api.testing;

import io.armature.backend.api.DeviceAccounts;
import io.armature.backend.api.DeviceAccountsContract;

class MemoryAccountsTest extends DeviceAccountsContract {

    private final MemoryAccounts accounts = new MemoryAccounts();

    @Override
    protected DeviceAccounts accounts() {
        return accounts;
    }

    @Override
    protected boolean opens(String user, String password) {
        return accounts.opens(user, password);
    }

    @Override
    protected void failing(boolean value) {
        accounts.failing(value);
    }
}
