/**
 * Three hosts on one machine: namespaces that each run their own daemon, an underlay between them, and an outside host.
 * Needs root.
 */
package io.swarmnet.deploy.lab;
