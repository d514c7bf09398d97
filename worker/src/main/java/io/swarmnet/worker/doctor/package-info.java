/**
 * What {@code swarmnet doctor} finds on this host: each check says what it looked at, what is wrong, and what to type.
 * Probes ({@code *Probe}, {@link io.swarmnet.worker.doctor.Doctor}) block and touch the kernel; what they saw is judged by
 * pure classes.
 */
package io.swarmnet.worker.doctor;
