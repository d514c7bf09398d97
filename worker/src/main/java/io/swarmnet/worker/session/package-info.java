/**
 * The worker's end of port 2377: join, session, assignment in, status out. {@code PendingReports}, {@code ManagerList} and
 * {@code Reasons} decide and are pure; the rest does I/O on an event loop of its own.
 */
package io.swarmnet.worker.session;
