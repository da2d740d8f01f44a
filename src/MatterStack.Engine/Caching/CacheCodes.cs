using MatterStack.Engine.Problems;

namespace MatterStack.Engine.Caching;

/// <summary>Problems of the cache. Only a wrong setting or argument stops a command; every other problem costs a computation.</summary>
internal static class CacheCodes
{
    public static readonly ProblemCode InvalidSetting = new(
        "MATTER5040",
        "Setting of the cache is wrong",
        "MatterStackCacheMode is not readwrite, read or off, or a command that changes the cache was given although the cache may only "
            + "be read.",
        "Set MatterStackCacheMode to readwrite, read or off."
    );

    public static readonly ProblemCode Damaged = new(
        "MATTER5041",
        "Cached result is damaged",
        "A file of the cache is missing, truncated, changed or unreadable. The result is not used, and the task is computed. In "
            + "readwrite mode the damaged result is removed.",
        "No action is needed. If it happens again, check the disk and the other programs that write into the cache's folder."
    );

    public static readonly ProblemCode NotPublished = new(
        "MATTER5042",
        "Result was not published to the cache",
        "The cache's folder cannot be written, the disk is full, or an output was changed after its task had ended. The run continues; "
            + "other runs compute the task again.",
        "Make the folder writable, free some space (-t:CachePrune), or set MatterStackCacheMode to read."
    );

    public static readonly ProblemCode NotReproducible = new(
        "MATTER5043",
        "Task result differs from the cached result",
        "A task was computed again with the same fingerprint, and its outputs differ from those in the cache: the result depends on "
            + "something that is not declared.",
        "Declare the missing inputs (Files, Env, DependsOn), keep times and random numbers out of the outputs, or exclude the task "
            + "with Cache=\"false\"."
    );

    public static readonly ProblemCode FolderUnusable = new(
        "MATTER5044",
        "Cache cannot be used",
        "The cache's folder is not a folder, or may not be read or written.",
        "Fix the permissions of the folder, or name another one with MatterStackCacheDirectory."
    );

    public static readonly ProblemCode NotReadable = new(
        "MATTER5045",
        "Cached result may not be read",
        "A file of the cache belongs to another user and may not be read. The task is computed, and its result replaces the unreadable "
            + "one if the folder is writable. Each command reports this once.",
        "Let the group read and write the cache's folder and its content (chmod -R g+rwX, g+s on folders). Results that are added "
            + "later are readable for everybody who may read the folder."
    );
}
