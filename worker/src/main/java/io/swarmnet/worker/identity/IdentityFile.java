package io.swarmnet.worker.identity;

import io.swarmnet.linux.file.DurableFile;
import io.swarmnet.model.trust.Pem;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The node's identity on disk: key, certificate and the swarm's root in one PEM file of mode 0600, so that a renewal
 * replaces all of them at once. Blocks: keep it off event loops.
 */
public final class IdentityFile {
    private static final String SECOND_CERTIFICATE = "-----END CERTIFICATE-----";

    private final Path file;

    /** @param dataRoot of the daemon; the file is {@code swarm/certificates/swarm-node.pem} under it */
    public IdentityFile(Path dataRoot) {
        this.file = dataRoot.resolve("swarm").resolve("certificates").resolve("swarm-node.pem");
    }

    /** Durable when it returns. */
    public void save(NodeIdentity identity) throws IOException {
        String text = Pem.encode(identity.key()) + Pem.encode(identity.certificate()) + Pem.encode(identity.root());
        DurableFile.write(file, text.getBytes(StandardCharsets.US_ASCII));
    }

    /**
     * The stored identity, or nothing when the node is in no swarm. An expired certificate is still loaded: the caller
     * decides.
     *
     * @throws IOException when the file cannot be read or is no identity; the message names it
     */
    public Optional<NodeIdentity> load() throws IOException {
        Optional<byte[]> bytes = DurableFile.read(file);
        if (bytes.isEmpty()) {
            return Optional.empty();
        }
        try {
            String text = new String(bytes.get(), StandardCharsets.US_ASCII);
            int end = text.indexOf(SECOND_CERTIFICATE) + SECOND_CERTIFICATE.length();
            return Optional.of(NodeIdentity.of(
                    Pem.ecPrivateKey(text), Pem.certificate(text), Pem.certificate(text.substring(end))));
        } catch (IllegalArgumentException e) {
            throw new IOException("read the node's identity from " + file + ": " + e.getMessage(), e);
        }
    }

    /** Forgets the identity: the node left its swarm. */
    public void delete() throws IOException {
        DurableFile.delete(file);
    }
}
