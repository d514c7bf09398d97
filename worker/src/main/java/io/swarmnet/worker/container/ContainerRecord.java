package io.swarmnet.worker.container;

import java.time.Instant;

/**
 * A container as it lies on disk: what is shown of it, and what is needed to start and to find it again. Pure.
 *
 * @param pidStartTicks when the first process started, in the kernel's ticks since boot: with the pid it names a process
 *     beyond doubt; 0 unless it runs
 * @param bootId the kernel's name for the boot it was started in
 */
record ContainerRecord(
        Container container,
        String hostsFile,
        String resolvConf,
        String hostnameFile,
        String cgroupParent,
        long pidStartTicks,
        String bootId) {
    ContainerRecord with(Container changed) {
        return new ContainerRecord(changed, hostsFile, resolvConf, hostnameFile, cgroupParent, pidStartTicks, bootId);
    }

    ContainerRecord running(int pid, long startTicks, String boot, Instant now) {
        Container running = change(container, Container.State.RUNNING, pid, 0, "", false, now, null);
        return new ContainerRecord(running, hostsFile, resolvConf, hostnameFile, cgroupParent, startTicks, boot);
    }

    ContainerRecord exited(int exitCode, String error, boolean oomKilled, Instant when) {
        return with(
                change(container, Container.State.EXITED, 0, exitCode, error, oomKilled, container.startedAt(), when));
    }

    /** Could not be started: it stays created, as Docker's does, and says why. */
    ContainerRecord notStarted(int exitCode, String error) {
        return with(change(container, Container.State.CREATED, 0, exitCode, error, false, null, null));
    }

    ContainerRecord in(Container.State state) {
        return with(change(
                container,
                state,
                state == Container.State.RUNNING ? container.pid() : 0,
                container.exitCode(),
                container.error(),
                container.oomKilled(),
                container.startedAt(),
                container.finishedAt()));
    }

    private static Container change(
            Container old,
            Container.State state,
            int pid,
            int exitCode,
            String error,
            boolean oomKilled,
            Instant startedAt,
            Instant finishedAt) {
        return new Container(
                old.id(),
                old.name(),
                old.task(),
                old.imageId(),
                old.spec(),
                old.path(),
                old.args(),
                old.labels(),
                old.hostname(),
                state,
                pid,
                exitCode,
                error,
                oomKilled,
                old.createdAt(),
                startedAt,
                finishedAt,
                old.sandboxPath(),
                old.attachments(),
                old.gatewayBridge(),
                old.logPath());
    }
}
