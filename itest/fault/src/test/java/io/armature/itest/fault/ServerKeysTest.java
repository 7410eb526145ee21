package io.armature.itest.fault;

import static org.assertj.core.api.Assertions.assertThat;

import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.spec.NamedParameterSpec;
import java.security.spec.XECPrivateKeySpec;
import java.util.Arrays;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

class ServerKeysTest {

    @Test
    void opensTheVectorOfTheSpecification() throws Exception {
        byte[] secret = new byte[32];
        Arrays.fill(secret, (byte) 0x11);
        PrivateKey key =
                KeyFactory.getInstance("X25519")
                        .generatePrivate(new XECPrivateKeySpec(NamedParameterSpec.X25519, secret));
        HexFormat hex = HexFormat.of();
        byte[] plain =
                ServerKeys.decrypt(
                        key,
                        hex.parseHex(
                                "0faa684ed28867b97f4a6a2dee5df8ce974e76b7018e3f22a1c4cf2678570f20"),
                        hex.parseHex(
                                "000000000000000000000000"
                                        + "bdf4746a464b8e9972b0f32f3db69a28b7ee1eef11a4"));
        assertThat(plain).asString().isEqualTo("ABCDEF");
    }
}
