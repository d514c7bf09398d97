package io.swarmnet.manager.cluster;

import com.hazelcast.config.Config;
import com.hazelcast.config.JavaSerializationFilterConfig;
import com.hazelcast.config.MapConfig;
import com.hazelcast.config.MemberAddressProviderConfig;
import com.hazelcast.config.MultiMapConfig;
import com.hazelcast.config.ServerSocketEndpointConfig;
import com.hazelcast.instance.EndpointQualifier;
import com.hazelcast.spi.MemberAddressProvider;
import io.swarmnet.model.id.Ids;
import java.net.InetSocketAddress;
import java.util.Map;
import java.util.UUID;

/**
 * Hazelcast's configuration, in code: one listening address, members only (no client, REST or memcache protocol), no
 * discovery, nothing sent home, few threads.
 */
final class HazelcastSettings {
    /** What vertx-hazelcast puts into its maps; with Hazelcast's own defaults all that may be deserialized by class name. */
    private static final String VERTX_CLASSES = "io.vertx.spi.cluster.hazelcast.impl.";

    private static final Map<String, String> PROPERTIES = Map.ofEntries(
            Map.entry("hazelcast.logging.type", "slf4j"),
            Map.entry("hazelcast.phone.home.enabled", "false"),
            Map.entry("hazelcast.shutdownhook.enabled", "false"),
            Map.entry("hazelcast.socket.bind.any", "false"),
            Map.entry("hazelcast.socket.server.bind.any", "false"),
            Map.entry("hazelcast.socket.client.bind.any", "false"),
            Map.entry("hazelcast.prefer.ipv4.stack", "true"),
            Map.entry("hazelcast.partition.count", "31"),
            Map.entry("hazelcast.heartbeat.interval.seconds", "1"),
            Map.entry("hazelcast.max.no.heartbeat.seconds", "5"),
            Map.entry("hazelcast.operation.call.timeout.millis", "10000"),
            Map.entry("hazelcast.wait.seconds.before.join", "0"),
            Map.entry("hazelcast.merge.first.run.delay.seconds", "5"),
            Map.entry("hazelcast.merge.next.run.delay.seconds", "5"),
            Map.entry("hazelcast.io.thread.count", "1"),
            Map.entry("hazelcast.operation.thread.count", "2"),
            Map.entry("hazelcast.operation.generic.thread.count", "2"),
            Map.entry("hazelcast.operation.priority.generic.thread.count", "1"),
            Map.entry("hazelcast.operation.response.thread.count", "1"),
            Map.entry("hazelcast.event.thread.count", "1"),
            Map.entry("hazelcast.clientengine.thread.count", "1"),
            Map.entry("hazelcast.clientengine.query.thread.count", "1"),
            Map.entry("hazelcast.clientengine.blocking.thread.count", "1"),
            Map.entry("hazelcast.metrics.enabled", "false"),
            Map.entry("hazelcast.jmx", "false"),
            Map.entry("hazelcast.slow.operation.detector.enabled", "false"),
            Map.entry("hazelcast.health.monitoring.level", "OFF"));

    private HazelcastSettings() {}

    static Config of(ClusterBusConfig bus) {
        Config config = new Config();
        config.setClusterName(clusterName(bus));
        config.setInstanceName("swarmnet-" + UUID.randomUUID());
        PROPERTIES.forEach(config::setProperty);
        config.getMetricsConfig().setEnabled(false);
        config.getJetConfig().setEnabled(false);
        network(config, bus);
        config.getSerializationConfig().setJavaSerializationFilterConfig(filter());
        config.addMultiMapConfig(new MultiMapConfig("__vertx.subs")
                .setBackupCount(1)
                .setValueCollectionType(MultiMapConfig.ValueCollectionType.SET));
        config.addMapConfig(new MapConfig("__vertx.haInfo").setBackupCount(1));
        config.addMapConfig(new MapConfig("__vertx.nodeInfo").setBackupCount(1));
        return config;
    }

    /** 128 bits that only the swarm's managers can know: Hazelcast's one guard against a stranger in the namespace. */
    private static String clusterName(ClusterBusConfig bus) {
        return "swarmnet-"
                + Ids.sha256Hex("hazelcast:" + bus.cluster().value() + ":" + bus.secret())
                        .substring(0, 32);
    }

    private static void network(Config config, ClusterBusConfig bus) {
        ServerSocketEndpointConfig members = new ServerSocketEndpointConfig()
                .setProtocolType(com.hazelcast.instance.ProtocolType.MEMBER)
                .setPort(bus.hazelcastPort())
                .setPortAutoIncrement(false);
        members.getInterfaces().setEnabled(true).addInterface(bus.loopback());
        var advanced = config.getAdvancedNetworkConfig()
                .setEnabled(true)
                .setMemberEndpointConfig(members)
                .setMemberAddressProviderConfig(new MemberAddressProviderConfig()
                        .setEnabled(true)
                        .setImplementation(new Identity(new InetSocketAddress(bus.loopback(), bus.hazelcastPort()))));
        advanced.getJoin().getAutoDetectionConfig().setEnabled(false);
        advanced.getJoin().getMulticastConfig().setEnabled(false);
        advanced.getJoin().getTcpIpConfig().setEnabled(true).addMember(bus.loopback() + ":" + bus.hazelcastPort());
        bus.peers().forEach(advanced.getJoin().getTcpIpConfig()::addMember);
    }

    private static JavaSerializationFilterConfig filter() {
        JavaSerializationFilterConfig filter = new JavaSerializationFilterConfig();
        filter.setDefaultsDisabled(false);
        filter.getWhitelist().addPrefixes(VERTX_CLASSES);
        return filter;
    }

    private record Identity(InetSocketAddress address) implements MemberAddressProvider {
        @Override
        public InetSocketAddress getBindAddress() {
            return address;
        }

        @Override
        public InetSocketAddress getBindAddress(EndpointQualifier qualifier) {
            return address;
        }

        @Override
        public InetSocketAddress getPublicAddress() {
            return address;
        }

        @Override
        public InetSocketAddress getPublicAddress(EndpointQualifier qualifier) {
            return address;
        }
    }
}
