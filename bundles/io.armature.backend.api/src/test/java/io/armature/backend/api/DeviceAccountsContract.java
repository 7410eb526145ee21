package io.armature.backend.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What every {@link DeviceAccounts} keeps. A provider's or double's test extends it. */
public abstract class DeviceAccountsContract {

    /** The accounts under test, with no device at a test's start. */
    protected abstract DeviceAccounts accounts() throws Exception;

    /** Whether a client that connects now with that user and password is let in. */
    protected abstract boolean opens(String user, String password) throws Exception;

    /** From now on nothing can be stored, or again. */
    protected abstract void failing(boolean value);

    @Test
    public void serverIsLetInWithItsPassword() throws Exception {
        assertThat(accounts().url().getScheme()).isEqualTo("tcp");
        assertThat(accounts().url().getPort()).isBetween(1, 65_535);
        assertThat(accounts().serverPassword()).matches("[!-~]+");
        assertThat(opens(DeviceAccounts.SERVER_USER, accounts().serverPassword())).isTrue();
        assertThat(opens(DeviceAccounts.SERVER_USER, "guess")).isFalse();
        assertThat(accounts().isEnrolled(DeviceAccounts.SERVER_USER)).isFalse();
    }

    @Test
    public void enrolledDeviceIsLetInAtOnceWithItsPasswordOnly() throws Exception {
        assertThat(accounts().isEnrolled("dev_1-A")).isFalse();
        String password = accounts().enroll("dev_1-A");
        assertThat(accounts().isEnrolled("dev_1-A")).isTrue();
        assertThat(password).matches("[!-~]+");
        assertThat(opens("dev_1-A", password)).isTrue();
        assertThat(opens("dev_1-A", password + "x")).isFalse();
        assertThat(opens("dev_2", password)).isFalse();
    }

    @Test
    public void newPasswordEndsTheOldOne() throws Exception {
        String first = accounts().enroll("d1");
        String second = accounts().enroll("d1");
        assertThat(second).isNotEqualTo(first);
        assertThat(opens("d1", first)).isFalse();
        assertThat(opens("d1", second)).isTrue();
    }

    @Test
    public void idsAreOneTo64PlainCharactersAndNotTheServers() throws Exception {
        for (String bad :
                new String[] {"", "server", "a/b", "a+", "#", "a b", "ü", "d1\n", "x".repeat(65)}) {
            assertThatThrownBy(() -> accounts().enroll(bad))
                    .as("'" + bad + "'")
                    .isInstanceOf(IllegalArgumentException.class);
        }
        assertThatNullPointerException().isThrownBy(() -> accounts().enroll(null));
        assertThat(opens("x".repeat(64), accounts().enroll("x".repeat(64)))).isTrue();
    }

    @Test
    public void accountThatCannotBeStoredChangesNothing() throws Exception {
        String password = accounts().enroll("d1");
        failing(true);
        try {
            assertThatThrownBy(() -> accounts().enroll("d1")).isInstanceOf(IOException.class);
            assertThatThrownBy(() -> accounts().enroll("d2")).isInstanceOf(IOException.class);
        } finally {
            failing(false);
        }
        assertThat(opens("d1", password)).isTrue();
        assertThat(accounts().isEnrolled("d2")).isFalse();
    }

    @Test
    public void threadsThatEnrollAtOnceAllKeepTheirAccounts() throws Exception {
        DeviceAccounts accounts = accounts();
        ConcurrentMap<String, String> passwords = new ConcurrentHashMap<>();
        IntStream.range(0, 4)
                .parallel()
                .forEach(
                        i -> {
                            try {
                                passwords.put("d" + i, accounts.enroll("d" + i));
                            } catch (IOException e) {
                                throw new AssertionError(e);
                            }
                        });
        assertThat(passwords).hasSize(4);
        for (var device : passwords.entrySet()) {
            assertThat(opens(device.getKey(), device.getValue())).as(device.getKey()).isTrue();
        }
    }
}
