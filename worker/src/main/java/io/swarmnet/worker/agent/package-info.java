/**
 * Makes this node run what its assignment says. Its decisions are pure.
 */
package io.swarmnet.worker.agent;
