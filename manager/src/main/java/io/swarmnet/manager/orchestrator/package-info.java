/**
 * Which tasks a service needs, and which must end. Pure.
 */
package io.swarmnet.manager.orchestrator;
