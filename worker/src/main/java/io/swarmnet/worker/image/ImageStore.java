package io.swarmnet.worker.image;

import io.swarmnet.model.error.ForbiddenException;
import io.swarmnet.model.error.InvalidSpecException;
import io.swarmnet.model.error.NameConflictException;
import io.swarmnet.model.error.NotFoundException;
import io.swarmnet.worker.disk.Blocking;
import io.swarmnet.worker.disk.FileTree;
import io.swarmnet.worker.disk.JsonFile;
import io.vertx.core.Future;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The images under {@code <data root>/images}: each a directory named by its id's hex with {@code rootfs} and
 * {@code image.json}, and {@code tags.json} for all. An image is unpacked beside and renamed into place, so a crash leaves
 * a whole one or none. Imports take as long as their disk does: the executor should not be the one that others wait for.
 */
public final class ImageStore implements Images {
    private static final Logger LOG = LoggerFactory.getLogger(ImageStore.class);
    private static final String ALGORITHM = "sha256:";
    private static final String TEMPORARY = ".tmp-";
    private static final int SHORT_ID_LENGTH = 12;
    private static final int PREFIX_LENGTH_MIN = 2;

    private record Tags(Map<String, String> tags) {}

    private final Path directory;
    private final HostImage host;
    private final UnpackLimits limits;
    private final Executor executor;
    private final Map<String, StoredImage> byId = new ConcurrentHashMap<>();
    private final Map<String, String> idByTag = new ConcurrentHashMap<>();
    private volatile Function<String, Optional<String>> containerUsing = id -> Optional.empty();

    private ImageStore(Path directory, HostImage host, UnpackLimits limits, Executor executor) {
        this.directory = directory;
        this.host = host;
        this.limits = limits;
        this.executor = executor;
    }

    /** Reads what is there and removes what an interrupted import left. Blocks. */
    public static ImageStore open(Path dataRoot, HostImage host, UnpackLimits limits, Executor executor)
            throws IOException {
        ImageStore store = new ImageStore(dataRoot.resolve("images"), host, limits, executor);
        store.load();
        return store;
    }

    /** Who is asked before an image is removed: the short id of a container that uses the image of that id. */
    public void usedBy(Function<String, Optional<String>> question) {
        containerUsing = question;
    }

    private void load() throws IOException {
        Files.createDirectories(directory);
        Files.setAttribute(directory, "unix:mode", 0700);
        try (DirectoryStream<Path> children = Files.newDirectoryStream(directory)) {
            for (Path child : children) {
                String name = child.getFileName().toString();
                if (name.startsWith(TEMPORARY)) {
                    FileTree.delete(child);
                } else if (Files.isDirectory(child, LinkOption.NOFOLLOW_LINKS)) {
                    loadImage(child);
                }
            }
        }
        Optional<Tags> tags = JsonFile.read(directory.resolve("tags.json"), Tags.class);
        tags.ifPresent(found -> found.tags().forEach((tag, id) -> {
            if (byId.containsKey(id)) {
                idByTag.put(tag, id);
            }
        }));
    }

    private void loadImage(Path path) throws IOException {
        Optional<StoredImage> image = JsonFile.read(path.resolve("image.json"), StoredImage.class);
        if (image.isPresent()) {
            byId.put(image.get().id(), image.get());
        } else {
            LOG.warn("Directory without an image left alone path={}", path);
        }
    }

    @Override
    public List<Image> list() {
        List<Image> images = new ArrayList<>();
        byId.values().forEach(image -> images.add(image.image(tagsOf(image.id()))));
        images.sort(Comparator.comparing(Image::createdAt).reversed().thenComparing(Image::id));
        if (host.enabled()) {
            images.add(HostImage.image());
        }
        return List.copyOf(images);
    }

    private List<String> tagsOf(String id) {
        return idByTag.entrySet().stream()
                .filter(entry -> entry.getValue().equals(id))
                .map(Map.Entry::getKey)
                .sorted()
                .toList();
    }

    @Override
    public Image find(String reference) {
        String id = identify(reference);
        return id.equals(HostImage.ID) ? HostImage.image() : byId.get(id).image(tagsOf(id));
    }

    private String identify(String reference) {
        String hex = reference.startsWith(ALGORITHM) ? reference.substring(ALGORITHM.length()) : reference;
        if (hex.matches("[0-9a-f]{64}")) {
            return known(ALGORITHM + hex).orElseThrow(() -> noSuchImage(reference));
        }
        ImageReference parsed = parsed(reference);
        if (parsed != null) {
            Optional<String> found = tagged(parsed);
            if (found.isPresent()) {
                return found.get();
            }
        }
        List<String> prefixed = hex.length() >= PREFIX_LENGTH_MIN && hex.matches("[0-9a-f]+")
                ? byId.keySet().stream()
                        .filter(id -> id.startsWith(ALGORITHM + hex))
                        .toList()
                : List.of();
        if (prefixed.size() == 1) {
            return prefixed.get(0);
        }
        throw noSuchImage(parsed == null || reference.contains("@") ? reference : parsed.tagged());
    }

    private Optional<String> known(String id) {
        if (id.equals(HostImage.ID) && host.enabled()) {
            return Optional.of(id);
        }
        return byId.containsKey(id) ? Optional.of(id) : Optional.empty();
    }

    private Optional<String> tagged(ImageReference reference) {
        if (reference.tagged().equals(HostImage.TAG)) {
            if (!host.enabled()) {
                throw new ForbiddenException(HostImage.REFUSAL);
            }
            return Optional.of(HostImage.ID);
        }
        // A digest names content; ours are ids, a registry's are not known here.
        return reference.digest() == null
                ? Optional.ofNullable(idByTag.get(reference.tagged()))
                : known(reference.digest());
    }

    private static ImageReference parsed(String reference) {
        try {
            return ImageReference.parse(reference);
        } catch (InvalidSpecException e) {
            if (reference.matches("[0-9a-f]+|sha256:[0-9a-f]+")) {
                return null;
            }
            throw e;
        }
    }

    private static NotFoundException noSuchImage(String reference) {
        return new NotFoundException("No such image: " + reference);
    }

    /**
     * The directory of the image's files, the lower layer of its containers' overlays; {@code /} of the image host.
     *
     * @throws NotFoundException when the image is gone
     */
    public Path rootfs(String imageId) {
        if (imageId.equals(HostImage.ID)) {
            if (!host.enabled()) {
                throw new ForbiddenException(HostImage.REFUSAL);
            }
            return Path.of("/");
        }
        if (!byId.containsKey(imageId)) {
            throw noSuchImage(imageId);
        }
        return directoryOf(imageId).resolve("rootfs");
    }

    /** What the configuration hides from containers of the image host beside what is always hidden. */
    public List<Path> hiddenFromHostImage() {
        return host.hidden();
    }

    private Path directoryOf(String imageId) {
        return directory.resolve(imageId.substring(ALGORITHM.length()));
    }

    @Override
    public Future<Image> importTarball(Path tarball, String reference, List<String> changes, String message) {
        return Blocking.call(executor, () -> importNow(tarball, reference, changes, message));
    }

    private Image importNow(Path tarball, String reference, List<String> changes, String message) throws IOException {
        String tag = reference == null || reference.isEmpty() ? null : newTag(reference);
        ImageConfig config = DockerfileChanges.apply(ImageConfig.EMPTY, changes == null ? List.of() : changes);
        Path temporary = directory.resolve(TEMPORARY + UUID.randomUUID());
        try {
            Path rootfs = Files.createDirectories(temporary.resolve("rootfs"));
            FileTree.own(rootfs, 0, 0, 0755);
            TarUnpacker.Unpacked unpacked = TarUnpacker.unpack(tarball, rootfs, limits);
            StoredImage image = StoredImage.of(config, unpacked, Instant.now(), message == null ? "" : message);
            JsonFile.write(temporary.resolve("image.json"), image);
            synchronized (this) {
                Files.move(temporary, directoryOf(image.id()), StandardCopyOption.ATOMIC_MOVE);
                byId.put(image.id(), image);
                if (tag != null) {
                    idByTag.put(tag, image.id());
                }
                saveTags();
            }
            LOG.info(
                    "Image imported image={} tag={} bytes={} entries={} skipped={}",
                    image.id(),
                    tag,
                    unpacked.bytes(),
                    unpacked.entries(),
                    unpacked.skipped());
            return image.image(tagsOf(image.id()));
        } catch (IOException | RuntimeException e) {
            deleteAfter(e, temporary);
            throw e;
        }
    }

    private static void deleteAfter(Exception cause, Path temporary) {
        try {
            FileTree.delete(temporary);
        } catch (IOException e) {
            cause.addSuppressed(e);
        }
    }

    private String newTag(String reference) {
        ImageReference parsed = ImageReference.parse(reference);
        if (parsed.digest() != null) {
            throw new InvalidSpecException("refusing to create a tag with a digest reference");
        }
        if (parsed.tagged().equals(HostImage.TAG)) {
            throw new ForbiddenException("The name " + HostImage.TAG + " is kept for the built-in image");
        }
        return parsed.tagged();
    }

    private void saveTags() throws IOException {
        JsonFile.write(directory.resolve("tags.json"), new Tags(new TreeMap<>(idByTag)));
    }

    @Override
    public Future<Void> tag(String reference, String newReference) {
        return Blocking.call(executor, () -> {
            String id = identify(reference);
            String tag = newTag(newReference);
            if (id.equals(HostImage.ID)) {
                throw new ForbiddenException("The built-in image host cannot be given another name");
            }
            synchronized (this) {
                idByTag.put(tag, id);
                saveTags();
            }
            return null;
        });
    }

    @Override
    public Future<List<String>> remove(String reference, boolean force) {
        return Blocking.call(executor, () -> removeNow(reference, force));
    }

    private synchronized List<String> removeNow(String reference, boolean force) throws IOException {
        String id = identify(reference);
        if (id.equals(HostImage.ID)) {
            throw new ForbiddenException("The image host is built in and cannot be removed");
        }
        List<String> tags = tagsOf(id);
        ImageReference parsed = parsed(reference);
        boolean byTag = parsed != null && id.equals(idByTag.get(parsed.tagged()));
        String shortId = id.substring(ALGORITHM.length(), ALGORITHM.length() + SHORT_ID_LENGTH);
        boolean last = !byTag || tags.size() <= 1;
        if (!byTag && tags.size() > 1 && !force) {
            throw new NameConflictException("conflict: unable to delete " + shortId
                    + " (must be forced) - image is referenced in multiple repositories");
        }
        Optional<String> user = last ? containerUsing.apply(id) : Optional.empty();
        if (user.isPresent()) {
            // Docker lets force untag it; here its files are the container's lower layer, so no.
            throw new NameConflictException(
                    byTag
                            ? "conflict: unable to remove repository reference \"" + reference
                                    + "\" (cannot be forced) - container " + user.get()
                                    + " is using its referenced image " + shortId
                            : "conflict: unable to delete " + shortId
                                    + " (cannot be forced) - image is being used by container " + user.get());
        }
        List<String> done = new ArrayList<>();
        for (String tag : byTag ? List.of(parsed.tagged()) : tags) {
            idByTag.remove(tag);
            done.add("Untagged: " + tag);
        }
        saveTags();
        if (last) {
            Path doomed = directory.resolve(TEMPORARY + UUID.randomUUID());
            Files.move(directoryOf(id), doomed, StandardCopyOption.ATOMIC_MOVE);
            byId.remove(id);
            FileTree.delete(doomed);
            done.add("Deleted: " + id);
        }
        return List.copyOf(done);
    }
}
