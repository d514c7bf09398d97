/**
 * Port 2377: join, worker sessions, assignments out, status in. {@code AssignmentBuilder}, {@code StatusMerge},
 * {@code NodeRecords}, {@code DescriptionBounds} and {@code JoinRate} decide and are pure; the rest does I/O on one event
 * loop.
 */
package io.swarmnet.manager.dispatcher;
