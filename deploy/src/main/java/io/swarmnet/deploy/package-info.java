/**
 * The distribution and what stands around it: {@code lab} makes hosts of namespaces on one machine. The launchers, the
 * set-up and the images' build are shell scripts beside the sources. This package itself holds no code but tests.
 */
package io.swarmnet.deploy;
