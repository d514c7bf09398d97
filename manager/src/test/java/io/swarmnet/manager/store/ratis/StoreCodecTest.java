package io.swarmnet.manager.store.ratis;

import static io.swarmnet.manager.store.ratis.StoreFixture.network;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.swarmnet.manager.store.Change;
import io.swarmnet.manager.store.Commit;
import io.swarmnet.manager.store.InMemoryStore;
import io.swarmnet.manager.store.ratis.Sealing.Purpose;
import io.swarmnet.manager.store.ratis.StoredCommit.StoredChange;
import io.swarmnet.manager.store.ratis.StoredCommit.Verb;
import io.swarmnet.model.id.RequestId;
import io.swarmnet.model.object.EntityKind;
import io.swarmnet.model.object.Network;
import io.swarmnet.model.wire.DecodeException;
import io.swarmnet.model.wire.Encoding;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

class StoreCodecTest {
    private static final SealingKey KEY =
            new SealingKey(7, HexFormat.of().parseHex("00112233445566778899aabbccddeeff"));

    private final UnknownParts unknown = new UnknownParts();
    private final StoreCodec codec = new StoreCodec(unknown);

    @Test
    void entriesAreSealedAsTheFirstBuildSealedThem() throws Exception {
        byte[] plain = HexFormat.of().parseHex(golden("commit-v1.hex"));
        byte[] sealed = Sealing.seal(Purpose.ENTRY, plain, KEY, new byte[12]);
        assertEquals(golden("entry-v1.hex"), HexFormat.of().formatHex(sealed));
    }

    @Test
    void commitsOfTheFirstBuildAreRead() throws Exception {
        byte[] sealed = HexFormat.of().parseHex(golden("entry-v1.hex"));
        byte[] plain = new Sealing(keys()).open(Purpose.ENTRY, sealed);
        assertEquals(commit(), StoreCodec.toCommit(Encoding.decode(plain, StoredCommit.class)));
        assertEquals(commit(), StoreCodec.toCommit(Encoding.decode(codec.encode(commit()), StoredCommit.class)));
    }

    @Test
    void snapshotsOfTheFirstBuildAreRead() throws Exception {
        InMemoryStore store = new InMemoryStore();
        store.apply(new Commit(new RequestId("r1"), Commit.ANY_VERSION, List.of(new Change.Create(network("one")))));
        InMemoryStore read = new InMemoryStore();
        codec.restore(HexFormat.of().parseHex(golden("snapshot-v1.hex")), read);
        assertEquals(1, read.snapshot().version());
        assertEquals(store.requests(), read.requests());
        assertEquals(
                Optional.of(network("one").withVersion(1)),
                read.snapshot().find(EntityKind.NETWORK, "one", Network.class));
    }

    @Test
    void fieldsOfANewerBuildSurviveUpdatesAndSnapshots() throws Exception {
        ObjectNode newer = (ObjectNode) Encoding.toTree(network("one"));
        newer.put("fromTheFuture", 42);
        ((ObjectNode) newer.get("spec")).put("alsoNew", "kept");
        StoredCommit created = new StoredCommit(
                new RequestId("r1"),
                Commit.ANY_VERSION,
                List.of(new StoredChange(Verb.CREATE, EntityKind.NETWORK, null, 0, newer)));
        InMemoryStore store = new InMemoryStore();
        apply(created, store);

        Network read =
                store.snapshot().find(EntityKind.NETWORK, "one", Network.class).orElseThrow();
        Commit update = new Commit(new RequestId("r2"), Commit.ANY_VERSION, List.of(new Change.Update(read)));
        StoredCommit updated = Encoding.decode(codec.encode(update), StoredCommit.class);
        assertEquals(42, updated.changes().get(0).object().get("fromTheFuture").asInt());
        apply(updated, store);

        UnknownParts later = new UnknownParts();
        InMemoryStore restored = new InMemoryStore();
        new StoreCodec(later).restore(codec.encode(store.snapshot(), store.requests()), restored);
        Network again = restored.snapshot()
                .find(EntityKind.NETWORK, "one", Network.class)
                .orElseThrow();
        assertEquals(2, again.version());
        assertEquals("kept", later.treeOf(again).get("spec").get("alsoNew").asText());
        assertEquals(2, later.treeOf(again).get("version").asInt());
    }

    private void apply(StoredCommit stored, InMemoryStore store) throws DecodeException {
        Commit commit = StoreCodec.toCommit(stored);
        store.apply(commit);
        codec.keepUnknown(stored, commit);
    }

    @Test
    void sealedBytesAreOpenedOnlyAsTheyWereSealed() throws Exception {
        Sealing sealing = new Sealing(keys());
        byte[] plain = "the will of the swarm".getBytes(StandardCharsets.UTF_8);
        byte[] sealed = sealing.seal(Purpose.ENTRY, plain);
        assertEquals(plain.length + Sealing.OVERHEAD_BYTES, sealed.length);
        assertArrayEquals(plain, sealing.open(Purpose.ENTRY, sealed));
        assertThrows(DecodeException.class, () -> sealing.open(Purpose.SNAPSHOT, sealed));
        Random random = new Random(1);
        for (int i = 0; i < 500; i++) {
            byte[] changed = sealed.clone();
            changed[random.nextInt(changed.length)] ^= (byte) (1 << random.nextInt(8));
            assertThrows(DecodeException.class, () -> sealing.open(Purpose.ENTRY, changed));
            byte[] garbage = new byte[random.nextInt(80)];
            random.nextBytes(garbage);
            assertThrows(DecodeException.class, () -> sealing.open(Purpose.ENTRY, garbage));
        }
    }

    private static Commit commit() {
        return new Commit(
                new RequestId("request-1"),
                3,
                List.of(
                        new Change.Create(network("made")),
                        new Change.Update(network("changed").withVersion(2)),
                        new Change.Delete(EntityKind.TASK, "gone", Commit.ANY_VERSION)));
    }

    private static SealingKeys keys() {
        return new SealingKeys() {
            @Override
            public SealingKey current() {
                return KEY;
            }

            @Override
            public Optional<SealingKey> byId(int id) {
                return id == KEY.id() ? Optional.of(KEY) : Optional.empty();
            }
        };
    }

    /** Hexadecimal; made by the first build of this codec, and never to be made anew: a change needs a new version. */
    private static String golden(String name) throws IOException {
        try (InputStream file = StoreCodecTest.class.getResourceAsStream("/store/" + name)) {
            return new String(file.readAllBytes(), StandardCharsets.US_ASCII).strip();
        }
    }
}
