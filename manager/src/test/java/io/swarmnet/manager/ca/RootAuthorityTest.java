package io.swarmnet.manager.ca;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.swarmnet.model.error.InvalidSpecException;
import io.swarmnet.model.id.ClusterId;
import io.swarmnet.model.id.NodeId;
import io.swarmnet.model.object.NodeRole;
import io.swarmnet.model.object.TrustRoot;
import io.swarmnet.model.trust.PeerVerdict;
import io.swarmnet.model.trust.Pem;
import io.swarmnet.model.trust.SwarmTrust;
import io.swarmnet.worker.identity.IdentityFile;
import io.swarmnet.worker.identity.NodeIdentity;
import io.swarmnet.worker.identity.NodeKeys;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.bouncycastle.pkcs.jcajce.JcaPKCS10CertificationRequestBuilder;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RootAuthorityTest {
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");
    private static final ClusterId CLUSTER = new ClusterId("c1c1c1c1c1c1c1c1c1c1c1c1c");
    private static final NodeId NODE = new NodeId("n1n1n1n1n1n1n1n1n1n1n1n1n");
    private static final TrustRoot TRUST = RootAuthority.create(CLUSTER, RANDOM, NOW);
    private static final RootAuthority AUTHORITY = new RootAuthority(TRUST, RANDOM);

    private static String issue(KeyPair keys) {
        return AUTHORITY.issue(NodeKeys.requestPem(keys), NODE, CLUSTER, NodeRole.WORKER, NOW, 7_776_000);
    }

    @Test
    void issuesWhatSwarmkitIssues() throws Exception {
        KeyPair keys = NodeKeys.generate(RANDOM);
        X509Certificate certificate = Pem.certificate(issue(keys));
        assertEquals(
                "O=" + CLUSTER + ",OU=swarm-worker,CN=" + NODE,
                certificate.getSubjectX500Principal().getName());
        assertEquals("CN=swarm-ca", certificate.getIssuerX500Principal().getName());
        assertEquals(NOW.minus(Duration.ofHours(1)), certificate.getNotBefore().toInstant());
        assertEquals(NOW.plus(Duration.ofDays(90)), certificate.getNotAfter().toInstant());
        assertEquals(List.of("1.3.6.1.5.5.7.3.1", "1.3.6.1.5.5.7.3.2"), certificate.getExtendedKeyUsage());
        assertEquals(-1, certificate.getBasicConstraints());
        assertEquals(keys.getPublic(), certificate.getPublicKey());
        X509Certificate root = Pem.certificate(TRUST.certificatePem());
        assertEquals(NOW.plus(Duration.ofDays(7_300)), root.getNotAfter().toInstant());
        assertTrue(root.getBasicConstraints() > 0);
    }

    @Test
    void opensslVerifiesWhatIsIssued(@TempDir Path directory) throws Exception {
        Assumptions.assumeTrue(Files.isExecutable(Path.of("/usr/bin/openssl")), "openssl is not installed");
        Path root = Files.writeString(directory.resolve("root.pem"), TRUST.certificatePem());
        Path node = Files.writeString(directory.resolve("node.pem"), issue(NodeKeys.generate(RANDOM)));
        Path claims = Files.writeString(directory.resolve("claims.pem"), TRUST.claimCertificatePem());
        String time = Long.toString(NOW.getEpochSecond());
        for (String purpose : List.of("sslserver", "sslclient")) {
            String said = run(
                    "openssl",
                    "verify",
                    "-x509_strict",
                    "-attime",
                    time,
                    "-purpose",
                    purpose,
                    "-CAfile",
                    root.toString(),
                    node.toString());
            assertEquals(node + ": OK", said.trim());
        }
        assertEquals(
                claims + ": OK",
                run("openssl", "verify", "-x509_strict", "-attime", time, "-CAfile", root.toString(), claims.toString())
                        .trim());
    }

    private static String run(String... command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertTrue(process.waitFor(10, TimeUnit.SECONDS));
        return said;
    }

    @Test
    void certifiesOnlyP256KeysThatSignedTheirRequest() throws Exception {
        KeyPair mine = NodeKeys.generate(RANDOM);
        KeyPair other = NodeKeys.generate(RANDOM);
        assertRefused(Pem.encode(Pem.CERTIFICATE_REQUEST, request(mine, other, "SHA256withECDSA")));
        KeyPairGenerator rsa = KeyPairGenerator.getInstance("RSA");
        rsa.initialize(2048);
        KeyPair big = rsa.generateKeyPair();
        assertRefused(Pem.encode(Pem.CERTIFICATE_REQUEST, request(big, big, "SHA256withRSA")));
        KeyPairGenerator p384 = KeyPairGenerator.getInstance("EC");
        p384.initialize(384);
        KeyPair longer = p384.generateKeyPair();
        assertRefused(Pem.encode(Pem.CERTIFICATE_REQUEST, request(longer, longer, "SHA256withECDSA")));
    }

    private static byte[] request(KeyPair named, KeyPair signer, String algorithm) throws Exception {
        return new JcaPKCS10CertificationRequestBuilder(new X500Name("CN=x"), named.getPublic())
                .build(new JcaContentSignerBuilder(algorithm).build(signer.getPrivate()))
                .getEncoded();
    }

    @Test
    void garbageIsRefusedAndNothingElse() {
        Random random = new Random(5);
        byte[] good = Base64.getMimeDecoder()
                .decode(NodeKeys.requestPem(NodeKeys.generate(RANDOM))
                        .replaceAll("-----[A-Z ]+-----", "")
                        .trim());
        for (int i = 0; i < 2_000; i++) {
            byte[] bent = good.clone();
            for (int flips = 1 + random.nextInt(8); flips > 0; flips--) {
                bent[random.nextInt(bent.length)] ^= (byte) (1 << random.nextInt(8));
            }
            assertRefusedOrIssued(Pem.encode(Pem.CERTIFICATE_REQUEST, bent));
        }
        assertRefused(null);
        assertRefused("");
        assertRefused("-----BEGIN CERTIFICATE REQUEST-----\n====\n-----END CERTIFICATE REQUEST-----\n");
    }

    private static void assertRefused(String csr) {
        assertThrows(
                InvalidSpecException.class, () -> AUTHORITY.issue(csr, NODE, CLUSTER, NodeRole.WORKER, NOW, 7_776_000));
    }

    private static void assertRefusedOrIssued(String csr) {
        try {
            AUTHORITY.issue(csr, NODE, CLUSTER, NodeRole.WORKER, NOW, 7_776_000);
        } catch (InvalidSpecException expected) {
            // most are
        }
    }

    @Test
    void claimCertificatesAndRootsAreNoNodes() {
        SwarmTrust trust = new SwarmTrust(AUTHORITY.root(), CLUSTER);
        X509Certificate claims = Pem.certificate(TRUST.claimCertificatePem());
        assertInstanceOf(PeerVerdict.Refused.class, trust.check(claims, NOW));
        assertInstanceOf(PeerVerdict.Refused.class, trust.check(AUTHORITY.root(), NOW));
        assertTrue(trust.signsClaims(claims, NOW));
        X509Certificate node = Pem.certificate(issue(NodeKeys.generate(RANDOM)));
        assertFalse(trust.signsClaims(node, NOW));
        assertInstanceOf(PeerVerdict.Trusted.class, trust.check(node, NOW));
    }

    @Test
    void saysWhenTheClocksAreOff() {
        SwarmTrust trust = new SwarmTrust(AUTHORITY.root(), CLUSTER);
        X509Certificate node = Pem.certificate(issue(NodeKeys.generate(RANDOM)));
        PeerVerdict early = trust.check(node, NOW.minus(Duration.ofHours(2)));
        assertEquals(
                new PeerVerdict.Refused(
                        "the certificate is not valid before 2026-03-01T11:00:00Z and the clock here says"
                                + " 2026-03-01T10:00:00Z: check the clocks (timedatectl set-ntp true)"),
                early);
        assertInstanceOf(PeerVerdict.Refused.class, trust.check(node, NOW.plus(Duration.ofDays(91))));
    }

    @Test
    void identityComesBackFromDiskAndIsTheOwnersAlone(@TempDir Path dataRoot) throws Exception {
        KeyPair keys = NodeKeys.generate(RANDOM);
        NodeIdentity identity = NodeIdentity.of(keys.getPrivate(), Pem.certificate(issue(keys)), AUTHORITY.root());
        assertEquals(NODE, identity.node());
        assertEquals(CLUSTER, identity.cluster());
        IdentityFile file = new IdentityFile(dataRoot);
        assertTrue(file.load().isEmpty());
        file.save(identity);
        assertEquals(identity, file.load().orElseThrow());
        Path stored = dataRoot.resolve("swarm/certificates/swarm-node.pem");
        assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(stored)));
        assertFalse(Files.readString(stored).contains("-----BEGIN EC"));
        Files.writeString(stored, Files.readString(stored).replaceFirst("MI", "XX"));
        IOException damaged = assertThrows(IOException.class, file::load);
        assertTrue(damaged.getMessage().contains(stored.toString()), damaged.getMessage());
        file.delete();
        assertTrue(file.load().isEmpty());
    }

    @Test
    void anothersKeyIsNoIdentity() {
        KeyPair keys = NodeKeys.generate(RANDOM);
        X509Certificate certificate = Pem.certificate(issue(keys));
        KeyPair other = NodeKeys.generate(RANDOM);
        assertThrows(
                IllegalArgumentException.class,
                () -> NodeIdentity.of(other.getPrivate(), certificate, AUTHORITY.root()));
    }
}
