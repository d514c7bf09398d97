package io.swarmnet.gossip.io;

import io.swarmnet.model.id.NodeId;
import io.swarmnet.model.net.IpAddress;
import io.swarmnet.model.record.SwimPeer;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.spec.X509EncodedKeySpec;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The other nodes as the manager lists them: where to send, whose sender index is whose, whose key checks what. */
final class Peers {
    private static final Logger LOG = LoggerFactory.getLogger(Peers.class);

    /**
     * @param address of the family we are bound to
     * @param key null when the manager's is unreadable: nothing of this node is believed then
     */
    record Peer(NodeId node, IpAddress address, int port, int senderIndex, PublicKey key, int boot) {}

    private final NodeId self;
    private final IpAddress bind;
    private Map<NodeId, Peer> byNode = Map.of();
    private Map<Integer, Peer> byIndex = Map.of();

    Peers(NodeId self, IpAddress bind) {
        this.self = self;
        this.bind = bind;
    }

    /** Takes over the whole list. A node whose fields did not change keeps its parsed key. */
    void set(List<SwimPeer> peers) {
        Map<NodeId, Peer> nodes = new LinkedHashMap<>();
        Map<Integer, Peer> indexes = new LinkedHashMap<>();
        for (SwimPeer peer : peers) {
            if (!peer.node().equals(self)) {
                Peer known = new Peer(
                        peer.node(),
                        best(peer.addresses()),
                        peer.gossipPort(),
                        peer.senderIndex(),
                        key(peer),
                        peer.boot());
                nodes.put(known.node(), known);
                indexes.put(known.senderIndex(), known);
            }
        }
        byNode = nodes;
        byIndex = indexes;
    }

    Set<NodeId> nodes() {
        return new TreeSet<>(byNode.keySet());
    }

    /** The boot number of each as the manager knows it, 0 = not told. */
    Map<NodeId, Integer> boots() {
        Map<NodeId, Integer> boots = new TreeMap<>();
        byNode.values().forEach(peer -> boots.put(peer.node(), peer.boot()));
        return boots;
    }

    Peer get(NodeId node) {
        return byNode.get(node);
    }

    /** The peer whose sender index it is, or null. */
    Peer ofIndex(int senderIndex) {
        return byIndex.get(senderIndex);
    }

    private IpAddress best(List<IpAddress> addresses) {
        return addresses.stream()
                .filter(address -> address.isV4() == bind.isV4())
                .findFirst()
                .orElse(null);
    }

    private PublicKey key(SwimPeer peer) {
        try {
            return KeyFactory.getInstance("EC").generatePublic(new X509EncodedKeySpec(peer.publicKey()));
        } catch (GeneralSecurityException | RuntimeException e) {
            LOG.warn(
                    "Peer's key is unreadable, its records will be dropped node={} cause={}",
                    peer.node(),
                    e.toString());
            return null;
        }
    }
}
