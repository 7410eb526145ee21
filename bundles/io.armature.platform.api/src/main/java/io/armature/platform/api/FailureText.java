package io.armature.platform.api;

import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;

/**
 * Failures as people read them. The JDK's message for a file that is absent or forbidden is its
 * path alone. Any thread.
 */
public final class FailureText {

    private FailureText() {}

    /** What went wrong, in words: never empty, never null, the file's path before the reason. */
    public static String of(Throwable failure) {
        String message = failure.getMessage();
        if (message == null || message.isBlank()) {
            return failure.getClass().getSimpleName();
        }
        if (failure instanceof FileSystemException file && file.getReason() == null) {
            return message + ": " + reason(file);
        }
        return message;
    }

    private static String reason(FileSystemException failure) {
        if (failure instanceof NoSuchFileException) {
            return "no such file or directory";
        }
        if (failure instanceof AccessDeniedException) {
            return "permission denied";
        }
        if (failure instanceof NotDirectoryException) {
            return "is no directory";
        }
        if (failure instanceof DirectoryNotEmptyException) {
            return "is not empty";
        }
        if (failure instanceof FileAlreadyExistsException) {
            return "is there already";
        }
        return failure.getClass().getSimpleName();
    }
}
