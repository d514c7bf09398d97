package io.swarmnet.gossip.table;

import io.swarmnet.gossip.message.Effect;
import io.swarmnet.gossip.message.GossipMessage;
import io.swarmnet.gossip.message.Row;
import io.swarmnet.model.id.NetworkId;
import io.swarmnet.model.id.NodeId;
import io.swarmnet.model.record.EndpointRecord;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;

/** How records get to the holders of their network: at once, and then sent round a bounded number of times. */
final class RecordPush {
    private static final int ROWS_BYTES_PER_DATAGRAM = 1_150;
    private static final int ROWS_BYTES_PER_FRAME = 256 * 1024;
    private static final int ROWS_BYTES_PER_ROUND = 32 * 1024;
    private static final int DATAGRAMS_MAX = 4;
    private static final int ROUND_INTERVAL_MILLIS = 100;
    private static final int NODES_PER_ROUND = 3;
    private static final int RETRANSMIT_MULTIPLIER = 4;

    private final TableConfig config;
    private final Holders holders;
    private final Membership membership;
    private final RandomGenerator random;
    private final Consumer<Effect> out;
    private final Map<NetworkId, RecordQueue> queues = new LinkedHashMap<>();
    private long nextRoundMillis;

    RecordPush(
            TableConfig config, Holders holders, Membership membership, RandomGenerator random, Consumer<Effect> out) {
        this.config = config;
        this.holders = holders;
        this.membership = membership;
        this.random = random;
        this.out = out;
    }

    /** A change of ours: to all holders, or as many as one node may trouble, and then round. */
    void toHolders(Row row) {
        pick(reachable(row.network()), config.pushFanOut()).forEach(node -> send(node, row.network(), List.of(row)));
        sendRound(row);
    }

    void sendRound(Row row) {
        queues.computeIfAbsent(row.network(), key -> new RecordQueue()).add(row);
    }

    /** A few rows go as datagrams of their own, many in frames over TCP. */
    void send(NodeId to, NetworkId network, List<Row> rows) {
        int total = rows.stream().mapToInt(Row::sizeBytes).sum();
        int chunk = total > DATAGRAMS_MAX * ROWS_BYTES_PER_DATAGRAM ? ROWS_BYTES_PER_FRAME : ROWS_BYTES_PER_DATAGRAM;
        List<EndpointRecord> part = new ArrayList<>();
        int bytes = 0;
        for (Row row : rows) {
            if (!part.isEmpty() && bytes + row.sizeBytes() > chunk) {
                out.accept(new Effect.Send(to, new GossipMessage.Records(network, List.copyOf(part))));
                part.clear();
                bytes = 0;
            }
            part.add(row.record());
            bytes += row.sizeBytes();
        }
        if (!part.isEmpty()) {
            out.accept(new Effect.Send(to, new GossipMessage.Records(network, List.copyOf(part))));
        }
    }

    void onTimeout(long nowMillis) {
        if (nowMillis >= nextRoundMillis && !queues.isEmpty()) {
            nextRoundMillis = nowMillis + ROUND_INTERVAL_MILLIS;
            List.copyOf(queues.keySet()).forEach(this::round);
        }
    }

    long nextTimeoutMillis() {
        return queues.isEmpty() ? Long.MAX_VALUE : nextRoundMillis;
    }

    /** Holders that there is sense in sending to. */
    List<NodeId> reachable(NetworkId network) {
        return holders.of(network).stream().filter(membership::reachable).toList();
    }

    /** Some of them, by chance; all of them when there are no more. */
    List<NodeId> pick(List<NodeId> from, int count) {
        if (from.size() <= count) {
            return from;
        }
        List<NodeId> shuffled = new ArrayList<>(from);
        Collections.shuffle(shuffled, new Random(random.nextLong()));
        return shuffled.subList(0, Math.max(0, count));
    }

    private void round(NetworkId network) {
        RecordQueue queue = queues.get(network);
        List<NodeId> to = pick(reachable(network), NODES_PER_ROUND);
        int sendsMax = RETRANSMIT_MULTIPLIER
                * (int) Math.ceil(Math.log10(holders.of(network).size() + 2));
        for (NodeId node : to) {
            send(node, network, queue.take(ROWS_BYTES_PER_ROUND, sendsMax));
        }
        if (to.isEmpty() || queue.isEmpty()) {
            queues.remove(network);
        }
    }
}
