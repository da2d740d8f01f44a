using MatterStack.Engine.Problems;

namespace MatterStack.Engine.Caching;

/// <summary>What can go wrong with the cache. Only a wrong setting or argument keeps a command from its work; whatever else is wrong costs a computation.</summary>
internal static class CacheCodes
{
    public static readonly ProblemCode SettingWrong = new("MATTER5040", "Setting of the cache is wrong",
        "MatterStackCacheMode is not readwrite, read or off, or a command that changes the cache was given while it may only be read.",
        "Set MatterStackCacheMode to readwrite, read or off.");

    public static readonly ProblemCode Damaged = new("MATTER5041", "Cached result is damaged",
        "A file of the cache is missing, cut, changed or cannot be read. Nothing was taken from it: the task is computed. With readwrite the damaged result is removed.",
        "Nothing has to be done; if it comes again, look at the disk, or at who else writes into the cache's folder.");

    public static readonly ProblemCode NotPublished = new("MATTER5042", "Result was not put into the cache",
        "The cache's folder cannot be written, the disk is full, or an output was changed after its task had ended. The run goes on; the task will be computed again elsewhere.",
        "Make the folder writable or free some space (-t:CachePrune), or set MatterStackCacheMode to read.");

    public static readonly ProblemCode NotReproducible = new("MATTER5043", "Task gave another result than before",
        "A task that was computed again with the same fingerprint left other outputs than those in the cache: something that is not declared decides what it gives.",
        "Declare what it depends on (Files, Env, DependsOn), have it write no times or random numbers, or keep it out with Cache=\"false\".");

    public static readonly ProblemCode FolderUnusable = new("MATTER5044", "Cache cannot be used",
        "The cache's folder is not a folder, or may not be read or written.",
        "Mend its permissions, or name another with MatterStackCacheDirectory.");

    public static readonly ProblemCode NotReadable = new("MATTER5045", "Cached result may not be read",
        "A file of the cache is another user's and may not be read. Its task is computed, and its result takes the place of that one if the folder can be written. It is said once for each command.",
        "Let the group read and write the cache's folder and what is in it (chmod -R g+rwX, g+s on folders); what is put in from then on is for whoever may read the folder.");

    public static IReadOnlyList<ProblemCode> All { get; } = [SettingWrong, Damaged, NotPublished, NotReproducible, FolderUnusable, NotReadable];
}
