/**
 * Which node a task runs on. Pure.
 */
package io.swarmnet.manager.scheduler;
