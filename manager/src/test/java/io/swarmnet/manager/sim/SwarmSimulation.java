package io.swarmnet.manager.sim;

import io.swarmnet.manager.Stage;
import io.swarmnet.manager.TestSwarm;
import io.swarmnet.manager.ipam.AddressPools;
import io.swarmnet.manager.store.Applied;
import io.swarmnet.manager.store.Change;
import io.swarmnet.manager.store.Commit;
import io.swarmnet.manager.store.Snapshot;
import io.swarmnet.model.error.StaleVersionException;
import io.swarmnet.model.id.Ids;
import io.swarmnet.model.id.NodeId;
import io.swarmnet.model.id.RequestId;
import io.swarmnet.model.id.TaskId;
import io.swarmnet.model.net.Subnet;
import io.swarmnet.model.object.EntityKind;
import io.swarmnet.model.object.Network;
import io.swarmnet.model.object.Node;
import io.swarmnet.model.object.NodeAvailability;
import io.swarmnet.model.object.NodeState;
import io.swarmnet.model.object.NodeStatus;
import io.swarmnet.model.object.RestartPolicy;
import io.swarmnet.model.object.Service;
import io.swarmnet.model.object.Task;
import io.swarmnet.model.object.TaskState;
import io.swarmnet.model.object.TaskStatus;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.function.UnaryOperator;

/** One swarm from one seed: users, nodes and the stages under virtual time, with faults for a while and then without. */
final class SwarmSimulation {
    static final long FAULTS_MILLIS = 120_000;
    static final long CALM_MILLIS = 120_000;
    private static final long DOWN_MILLIS = 3_000;

    final VirtualTime time;
    private final Random random;
    private final TestSwarm swarm;
    private final Invariants invariants;
    private final List<ScriptedWorker> workers = new ArrayList<>();
    private boolean faults = true;
    private boolean deciding;
    int stale;
    int deaths;
    int crashes;
    int repeats;

    SwarmSimulation(long seed, UnaryOperator<Stage> allocator) {
        random = new Random(~seed); // not the swarm's own sequence: request ids would repeat
        swarm = new TestSwarm(
                seed, new AddressPools(List.of(Subnet.parse("10.0.0.0/8")), random.nextBoolean() ? 27 : 24), allocator);
        time = new VirtualTime(swarm.now);
        invariants = new Invariants(time);
        workers.add(new ScriptedWorker("n1", new NodeId("id-n1"), this));
        int nodes = 3 + random.nextInt(4);
        for (int i = 2; i <= nodes; i++) {
            Node node = swarm.addNode("n" + i);
            workers.add(new ScriptedWorker("n" + i, node.id(), this));
        }
        swarm.store.watch(this::applied);
    }

    long between(long from, long to) {
        return from + random.nextLong(to - from + 1);
    }

    private void applied(Applied applied) {
        invariants.check(applied);
        time.in(between(0, 20), this::decide);
        Snapshot state = applied.after();
        for (ScriptedWorker worker : workers) {
            time.in(between(1, faults ? 300 : 20), () -> worker.assigned(state));
        }
    }

    // As the stage loop does: from one state, committed later, refused when the version has moved.
    private void decide() {
        if (deciding) {
            return;
        }
        swarm.now = time.now();
        Snapshot state = swarm.store.snapshot();
        List<Change> changes = swarm.round.decide(state, time.now());
        if (changes.isEmpty()) {
            long next = swarm.round.nextMillis(state, time.now());
            if (next != Long.MAX_VALUE && next > time.now()) {
                time.in(next - time.now(), this::decide);
            }
            return;
        }
        deciding = true;
        time.in(between(0, faults ? 100 : 5), () -> {
            deciding = false;
            try {
                swarm.store.apply(new Commit(new RequestId(Ids.newSwarmId(random)), state.version(), changes));
            } catch (StaleVersionException e) {
                stale++;
            }
            decide();
        });
    }

    /** The dispatcher's part: a report is taken when it goes forward and comes from the task's node. */
    void report(NodeId node, TaskId task, TaskState state) {
        int copies = faults && random.nextInt(10) == 0 ? 2 : 1;
        repeats += copies - 1;
        if (faults && random.nextInt(20) == 0) {
            return; // lost; said again with a later assignment
        }
        for (int i = 0; i < copies; i++) {
            time.in(between(1, faults ? 400 : 10), () -> {
                Optional<Task> stored = swarm.store.snapshot().find(EntityKind.TASK, task.value(), Task.class);
                if (stored.isPresent()
                        && node.equals(stored.get().nodeId())
                        && state.isAfter(stored.get().status().state())) {
                    swarm.commit(List.of(new Change.Update(stored.get()
                            .withStatus(new TaskStatus(
                                    state, Instant.ofEpochMilli(time.now()), state.name(), null, 1, 0)))));
                }
            });
        }
    }

    String run() {
        long start = time.now();
        decide();
        for (long at = 0; at < FAULTS_MILLIS; at += between(200, 2_500)) {
            time.in(at, this::something);
        }
        time.runUntil(start + FAULTS_MILLIS);
        faults = false;
        workers.forEach(this::comeBack);
        swarm.now = time.now();
        for (ScriptedWorker worker : workers) {
            swarm.availability(worker.name, NodeAvailability.ACTIVE);
        }
        for (long at = 1_000; at < CALM_MILLIS; at += 1_000) {
            time.in(at, this::resend);
        }
        time.runUntil(start + FAULTS_MILLIS + CALM_MILLIS);
        converged();
        return "commits " + invariants.checked + ", stale decisions " + stale + ", host deaths " + deaths
                + ", tasks crashed " + crashes + ", reports repeated " + repeats;
    }

    private void resend() {
        Snapshot state = swarm.store.snapshot();
        workers.forEach(worker -> worker.assigned(state));
    }

    private void something() {
        swarm.now = time.now();
        Snapshot state = swarm.store.snapshot();
        switch (random.nextInt(12)) {
            case 0, 1 -> createService(state);
            case 2, 3, 4 ->
                pick(state.services().stream()
                                .filter(service -> !service.spec().isGlobal())
                                .toList())
                        .ifPresent(service -> swarm.scale(service.spec().name(), random.nextInt(9)));
            case 5 ->
                pick(new ArrayList<>(state.services()))
                        .ifPresent(service ->
                                swarm.control.removeService(service.id().value()));
            case 6 ->
                pick(new ArrayList<>(state.networks()))
                        .ifPresent(network ->
                                swarm.control.removeNetwork(network.id().value()));
            case 7 -> kill(pick(workers).orElseThrow());
            case 8 -> {
                ScriptedWorker worker = pick(workers).orElseThrow();
                swarm.availability(worker.name, NodeAvailability.values()[random.nextInt(3)]);
            }
            default -> crash();
        }
        resend();
    }

    private void createService(Snapshot state) {
        if (state.services().size() >= 4) {
            return;
        }
        List<Network> networks = new ArrayList<>(state.networks().stream()
                .filter(network -> !network.spec().ingress())
                .toList());
        if (networks.size() < 3) {
            networks.add(swarm.network("net" + time.now()));
        }
        String network = pick(networks).orElseThrow().spec().name();
        RestartPolicy policy = new RestartPolicy("any", random.nextBoolean() ? 0 : 5_000, 0, 0);
        swarm.control.createService(TestSwarm.serviceSpec(
                "s" + time.now(), random.nextInt(7) == 0 ? -1 : random.nextInt(7), policy, List.of(), network));
    }

    private void crash() {
        ScriptedWorker worker = pick(workers).orElseThrow();
        List<TaskId> running = worker.containers.entrySet().stream()
                .filter(entry -> entry.getValue() == TaskState.RUNNING)
                .map(java.util.Map.Entry::getKey)
                .sorted()
                .toList();
        pick(running).ifPresent(task -> {
            crashes++;
            worker.crash(task, random.nextBoolean() ? TaskState.FAILED : TaskState.COMPLETE);
        });
    }

    private void kill(ScriptedWorker worker) {
        if (!worker.session) {
            return;
        }
        deaths++;
        if (random.nextBoolean()) {
            worker.die();
        } else {
            worker.session = false; // its daemon is away, its tasks run on
        }
        time.in(DOWN_MILLIS, () -> {
            if (!worker.session) {
                state(worker, NodeState.DOWN);
            }
        });
        time.in(between(500, 20_000), () -> comeBack(worker));
    }

    private void comeBack(ScriptedWorker worker) {
        if (worker.session) {
            return;
        }
        worker.hostUp = true;
        worker.session = true;
        state(worker, NodeState.READY);
        time.in(between(1, 50), () -> worker.assigned(swarm.store.snapshot()));
    }

    private void state(ScriptedWorker worker, NodeState wanted) {
        Node node = swarm.control.node(worker.id.value());
        swarm.commit(List.of(new Change.Update(node.withStatus(
                new NodeStatus(wanted, "", node.status().address()), Instant.ofEpochMilli(time.now())))));
    }

    private <T> Optional<T> pick(List<T> all) {
        return all.isEmpty() ? Optional.empty() : Optional.of(all.get(random.nextInt(all.size())));
    }

    private void converged() {
        Snapshot state = swarm.store.snapshot();
        for (Service service : state.services()) {
            long wanted =
                    service.spec().isGlobal() ? workers.size() : service.spec().replicas();
            List<Task> running = swarm.running(service.spec().name());
            if (running.size() != wanted) {
                throw new AssertionError("service " + service.spec().name() + " has " + running.size() + " of " + wanted
                        + " tasks: " + describe(service));
            }
            if (running.stream()
                            .map(service.spec().isGlobal() ? Task::nodeId : Task::slot)
                            .distinct()
                            .count()
                    != wanted) {
                throw new AssertionError("two tasks for one slot: " + describe(service));
            }
            for (Task task : running) {
                ScriptedWorker worker = workers.stream()
                        .filter(candidate -> candidate.id.equals(task.nodeId()))
                        .findFirst()
                        .orElseThrow();
                if (worker.containers.get(task.id()) != TaskState.RUNNING) {
                    throw new AssertionError(task.name() + " does not run on " + worker.name);
                }
            }
        }
        long running = state.tasks().stream()
                .filter(task -> !task.status().state().isTerminal())
                .count();
        long really = workers.stream()
                .flatMap(worker -> worker.containers.values().stream())
                .filter(here -> !here.isTerminal())
                .count();
        long leases = state.leases().stream()
                .filter(lease -> lease.releasedAt() == null)
                .count();
        if (running != really || leases != running + state.networks().size()) {
            throw new AssertionError("tasks " + running + ", containers " + really + ", networks "
                    + state.networks().size() + ", leases held " + leases);
        }
    }

    private String describe(Service service) {
        return swarm.tasks().stream()
                        .filter(task -> task.serviceId().equals(service.id()))
                        .sorted(Comparator.comparing(Task::slot))
                        .map(task -> "\n" + task.slot() + " on " + task.nodeId() + " " + task.status() + " wanted "
                                + task.desiredState() + " not before " + task.notBefore())
                        .toList()
                + "\nnodes: "
                + swarm.store.snapshot().nodes().stream()
                        .map(node -> "\n" + node.id() + " " + node.status().state() + " "
                                + node.spec().availability())
                        .toList();
    }
}
