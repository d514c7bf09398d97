/**
 * The few exceptions that a caller acts on, each with its HTTP status. Pure.
 */
package io.swarmnet.model.error;
