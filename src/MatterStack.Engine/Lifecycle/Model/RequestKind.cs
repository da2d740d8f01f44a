namespace MatterStack.Engine.Lifecycle.Model;

/// <summary>Kinds of requests about a run.</summary>
internal enum RequestKind
{
    /// <summary>Start no new attempt and hold attempts in queues. Running attempts continue.</summary>
    Pause,

    /// <summary>Continue after a pause.</summary>
    Resume,

    /// <summary>End the run and all its live attempts.</summary>
    Cancel,

    /// <summary>Continue a failed or cancelled run: its failed, cancelled and skipped tasks get a new attempt.</summary>
    Revive,

    /// <summary>Start a new attempt of an ended task.</summary>
    Rerun,

    /// <summary>End one attempt.</summary>
    CancelAttempt,

    /// <summary>Decide what follows a held task.</summary>
    Respond,

    /// <summary>Change what tasks ask for, from their next attempts on.</summary>
    Amend,

    /// <summary>Set tags or the note of the run.</summary>
    Annotate,

    /// <summary>Record that a driver of the run was installed or removed.</summary>
    Drive,

    /// <summary>End attempts that never started or whose state is unknown.</summary>
    CleanupOrphans,
}
