/** swarmnet model. */
package io.swarmnet.model;
