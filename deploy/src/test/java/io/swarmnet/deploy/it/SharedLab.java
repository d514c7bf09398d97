package io.swarmnet.deploy.it;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/** One lab of three hosts for all tests of a run: made for the first that asks, taken down after the last. */
final class SharedLab implements ParameterResolver {
    private static final int HOSTS = 3;

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        return parameter.getParameter().getType() == TestLab.class;
    }

    @Override
    public TestLab resolveParameter(ParameterContext parameter, ExtensionContext context) {
        needRoot();
        return context.getRoot()
                .getStore(Namespace.create(SharedLab.class))
                .getOrComputeIfAbsent(TestLab.class, key -> TestLab.up(labName(), HOSTS), TestLab.class);
    }

    /** Its own beside the user's: tests never touch that one. */
    private static String labName() {
        String name = System.getenv("SWARMNET_LAB");
        return name == null || name.isEmpty() ? "it" : name;
    }

    /** Skips where nobody is root, and fails where somebody should be. */
    static void needRoot() {
        boolean root;
        try {
            root = Files.getAttribute(Path.of("/proc/self"), "unix:uid").equals(0);
        } catch (IOException e) {
            root = false;
        }
        if (System.getenv("CI") != null) {
            assertTrue(root, "end-to-end tests need root");
        }
        assumeTrue(root, "end-to-end tests need root");
    }
}
