package io.swarmnet.linux.nft;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.swarmnet.linux.Errno;
import io.swarmnet.linux.KernelException;
import io.swarmnet.linux.netns.Netns;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import jnr.ffi.LibraryLoader;
import jnr.ffi.Pointer;

/**
 * The ruleset of one namespace. Commands are JSON with typed values (libnftables-json(5)), so no text of a user's is ever
 * read as a rule, and each {@link #apply} is one transaction: all of it or nothing.
 *
 * <p>A thread of its own lives in the namespace and owns the library's context, because libnftables asks the kernel for
 * device names in the namespace of whoever calls it. Callers block; at most {@value #QUEUE} wait, more are refused.
 */
public final class Nftables implements AutoCloseable {
    private static final int QUEUE = 256;
    private static final int NFT_CTX_OUTPUT_JSON = 1 << 4;
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Netns netns;
    private final ThreadPoolExecutor owner;
    private final LibNftables library;
    private final Pointer context;

    private Nftables(Netns netns) {
        this.netns = netns;
        library = Library.LOADED;
        owner = new ThreadPoolExecutor(
                1, 1, 0, TimeUnit.SECONDS, new ArrayBlockingQueue<>(QUEUE), netns.threadFactory("nftables"));
        try {
            context = onOwner(() -> {
                Pointer made = library.nft_ctx_new(0);
                if (made == null) {
                    throw new KernelException("nft_ctx_new (netns " + netns + ")", Errno.ENOMEM);
                }
                library.nft_ctx_output_set_flags(made, NFT_CTX_OUTPUT_JSON);
                library.nft_ctx_buffer_output(made);
                library.nft_ctx_buffer_error(made);
                return made;
            });
        } catch (RuntimeException e) {
            owner.shutdown();
            throw e;
        }
    }

    /** Opens a context; {@link UnsatisfiedLinkError} with the package's name if libnftables.so.1 is not installed. */
    public static Nftables open(Netns netns) {
        // Asked here, because a thread that cannot enter would only be seen as work that never ends.
        Netns.open(netns.path());
        return new Nftables(netns);
    }

    /** An empty list of commands to add to and {@link #apply}: {@code {"nftables": []}}. */
    public static ObjectNode transaction() {
        ObjectNode root = JSON.createObjectNode();
        root.putArray("nftables");
        return root;
    }

    /** A transaction of these commands, each such as {@code {"add": {"table": {...}}}}. */
    public static ObjectNode transaction(List<? extends JsonNode> commands) {
        ObjectNode root = transaction();
        ((ArrayNode) root.get("nftables")).addAll(List.copyOf(commands));
        return root;
    }

    /** Equivalent to: nft -j -f $commands. All or nothing; nft's words in the exception. Returns what it printed, or null. */
    public JsonNode apply(JsonNode commands) {
        if (!commands.path("nftables").isArray()) {
            throw new IllegalArgumentException("Not an nftables transaction: " + commands);
        }
        return run("nft apply", commands.toString());
    }

    /** Equivalent to: nft -j list ruleset */
    public JsonNode list() {
        return run("nft list ruleset", "{\"nftables\":[{\"list\":{\"ruleset\":null}}]}");
    }

    /** Equivalent to: nft -j list table $family $name; {@code ENOENT} if there is none. */
    public JsonNode listTable(String family, String name) {
        ObjectNode root = transaction();
        root.withArray("nftables")
                .addObject()
                .putObject("list")
                .putObject("table")
                .put("family", family)
                .put("name", name);
        return run("nft list table " + family + " " + name, root.toString());
    }

    /** Equivalent to: nft delete table $family $name; true if it was there. */
    public boolean deleteTable(String family, String name) {
        ObjectNode root = transaction();
        root.withArray("nftables")
                .addObject()
                .putObject("delete")
                .putObject("table")
                .put("family", family)
                .put("name", name);
        try {
            apply(root);
            return true;
        } catch (KernelException e) {
            if (e.errno() == Errno.ENOENT) {
                return false;
            }
            throw e;
        }
    }

    private JsonNode run(String operation, String command) {
        return onOwner(() -> {
            int result = library.nft_run_cmd_from_buffer(context, command);
            String output = library.nft_ctx_get_output_buffer(context);
            String error = library.nft_ctx_get_error_buffer(context);
            if (result != 0) {
                String said = error == null ? "" : error.strip();
                throw new KernelException(operation + " (netns " + netns + ")", NftErrors.errno(said), said);
            }
            return parse(operation, output);
        });
    }

    private static JsonNode parse(String operation, String output) {
        try {
            return output == null || output.isBlank() ? JSON.nullNode() : JSON.readTree(output);
        } catch (JsonProcessingException e) {
            throw new KernelException(operation, Errno.EIO, "unreadable answer: " + e.getOriginalMessage());
        }
    }

    private <T> T onOwner(Callable<T> work) {
        FutureTask<T> task = new FutureTask<>(work);
        owner.execute(task);
        try {
            return task.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new KernelException("nft (netns " + netns + ")", Errno.EINTR);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RuntimeException thrown) {
                throw thrown;
            }
            throw new IllegalStateException("nft (netns " + netns + ")", e.getCause());
        }
    }

    /** Frees the context and ends its thread, which lets the namespace go. The ruleset stays. */
    @Override
    public void close() {
        if (!owner.isShutdown()) {
            onOwner(() -> {
                library.nft_ctx_free(context);
                return null;
            });
            owner.shutdown();
        }
    }

    private static final class Library {
        private static final LibNftables LOADED = load();

        private static LibNftables load() {
            try {
                return LibraryLoader.create(LibNftables.class).failImmediately().load("libnftables.so.1");
            } catch (UnsatisfiedLinkError e) {
                throw new UnsatisfiedLinkError("libnftables.so.1 is not installed; try: apt-get install libnftables1 ("
                        + e.getMessage().replaceAll("\\s+", " ") + ")");
            }
        }
    }
}
