package io.swarmnet.worker.network;

import io.swarmnet.model.error.ForbiddenException;
import io.swarmnet.model.error.InvalidSpecException;
import io.swarmnet.model.error.NameConflictException;
import io.swarmnet.model.error.NotFoundException;
import io.swarmnet.model.error.NotSupportedException;
import io.swarmnet.model.id.Ids;
import io.swarmnet.model.id.NetworkId;
import io.swarmnet.model.net.IpAddress;
import io.swarmnet.model.net.Subnet;
import io.swarmnet.model.object.IpamConfig;
import io.swarmnet.worker.container.Container;
import io.swarmnet.worker.container.Container.GatewayLeg;
import io.swarmnet.worker.container.Containers;
import io.swarmnet.worker.kernel.KernelExecutor;
import io.vertx.core.Future;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/** The networks of this node as the API shows and changes them. Thread-safe. */
public final class NetworkViews implements NodeNetworks {
    private final Overlays overlays;
    private final GatewayBridge gateway;
    private final Containers containers;
    private final KernelExecutor lane;
    private final Clock clock;
    private final BooleanSupplier inSwarm;
    private final SecureRandom random = new SecureRandom();

    public NetworkViews(
            Overlays overlays,
            GatewayBridge gateway,
            Containers containers,
            KernelExecutor lane,
            Clock clock,
            BooleanSupplier inSwarm) {
        this.overlays = overlays;
        this.gateway = gateway;
        this.containers = containers;
        this.lane = lane;
        this.clock = clock;
        this.inSwarm = inSwarm;
    }

    @Override
    public List<LocalNetworkView> local() {
        return gateway.config().map(this::view).map(List::of).orElse(List.of());
    }

    private LocalNetworkView view(GatewayConfig config) {
        return new LocalNetworkView(
                config.id(),
                GatewayConfig.NAME,
                config.createdAt(),
                "bridge",
                List.of(new IpamConfig(
                        config.subnet().toString(), null, config.gateway().toString(), Map.of())),
                config.options(),
                config.labels(),
                false,
                members());
    }

    private List<Member> members() {
        List<Member> members = new ArrayList<>();
        for (Container container : containers.list()) {
            GatewayLeg leg = container.gatewayBridge();
            if (leg != null && container.state() == Container.State.RUNNING) {
                // Docker names these endpoints after the sandbox
                String name = "gateway_" + container.id().value().substring(0, 12);
                members.add(
                        new Member(container.id().value(), name, leg.endpointId(), leg.mac(), List.of(leg.address())));
            }
        }
        return members;
    }

    @Override
    public List<OverlayView> overlays() {
        return overlays.views();
    }

    @Override
    public Optional<OverlayView> overlay(NetworkId id) {
        return overlays().stream()
                .filter(view -> view.network().id().equals(id))
                .findFirst();
    }

    @Override
    public Future<LocalNetworkView> create(LocalSpec spec) {
        if (!spec.name().equals(GatewayConfig.NAME)) {
            return Future.failedFuture(new NotSupportedException("local networks come later; of driver " + spec.driver()
                    + " only docker_gwbridge can be made now, before swarm init or join"));
        }
        if (!spec.driver().equals("bridge")) {
            return Future.failedFuture(
                    new InvalidSpecException("docker_gwbridge has the driver bridge, not " + spec.driver()));
        }
        if (gateway.config().isPresent()) {
            return Future.failedFuture(
                    new NameConflictException("network with name " + GatewayConfig.NAME + " already exists"));
        }
        GatewayBridge.Wanted wanted;
        try {
            wanted = wanted(spec);
        } catch (IllegalArgumentException e) {
            return Future.failedFuture(new InvalidSpecException("invalid network config:\n" + e.getMessage()));
        }
        return lane.run(() -> {
            gateway.ensure(wanted, Ids.newLocalId(random), clock.instant());
            return view(gateway.config().orElseThrow());
        });
    }

    /** What is not understood is refused: a network that is not what was asked for is worse than none. */
    private static GatewayBridge.Wanted wanted(LocalSpec spec) {
        spec.options().forEach(NetworkViews::requireKnown);
        if (spec.internal()) {
            throw new IllegalArgumentException("docker_gwbridge is the way out of tasks: it cannot be internal");
        }
        if (spec.ipam().size() > 1) {
            throw new IllegalArgumentException("bridge driver doesn't support multiple subnets");
        }
        Subnet subnet = null;
        IpAddress via = null;
        for (IpamConfig config : spec.ipam()) {
            boolean more = config.auxiliary() != null && !config.auxiliary().isEmpty();
            if (config.ipRange() != null && !config.ipRange().isEmpty() || more) {
                throw new IllegalArgumentException(
                        "docker_gwbridge takes --subnet and --gateway; --ip-range and --aux-address are not supported");
            }
            subnet = config.subnet() == null ? null : Subnet.parse(config.subnet());
            via = config.gateway() == null ? null : IpAddress.parse(config.gateway());
        }
        if (subnet != null && !subnet.isV4()) {
            throw new IllegalArgumentException("docker_gwbridge has IPv4 only, not " + subnet);
        }
        if (via != null && (subnet == null || !subnet.contains(via))) {
            throw new IllegalArgumentException("invalid gateway " + via + ": parent subnet is " + subnet);
        }
        return new GatewayBridge.Wanted(subnet, via, spec.options(), spec.labels(), true);
    }

    private static void requireKnown(String option, String value) {
        boolean right =
                switch (option) {
                    case GatewayBridge.OPTION_LINK -> value.matches("[A-Za-z0-9][A-Za-z0-9_.-]{0,14}");
                    case GatewayBridge.OPTION_ICC, GatewayBridge.OPTION_MASQUERADE -> value.matches("true|false");
                    default ->
                        throw new IllegalArgumentException("docker_gwbridge does not support the option " + option);
                };
        if (!right) {
            throw new IllegalArgumentException("option " + option + " cannot be \"" + value + "\"");
        }
    }

    @Override
    public Future<Void> remove(String reference) {
        GatewayConfig config = gateway.config()
                .filter(known -> reference.equals(GatewayConfig.NAME)
                        || reference.length() >= 2 && known.id().startsWith(reference))
                .orElse(null);
        if (config == null) {
            return Future.failedFuture(new NotFoundException("network " + reference + " not found"));
        }
        List<Member> members = members();
        if (!members.isEmpty()) {
            Member first = members.get(0);
            return Future.failedFuture(new ForbiddenException("error while removing network: network "
                    + GatewayConfig.NAME + " has active endpoints (name:\"" + first.name() + "\" id:\""
                    + first.endpointId().substring(0, 12) + "\")"));
        }
        if (inSwarm.getAsBoolean()) {
            return Future.failedFuture(new ForbiddenException("error while removing network: network "
                    + GatewayConfig.NAME + " is the way out of this node's swarm tasks; leave the swarm first"));
        }
        return lane.execute(() -> gateway.remove(true));
    }
}
