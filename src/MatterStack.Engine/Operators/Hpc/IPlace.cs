using MatterStack.Engine.Files;

namespace MatterStack.Engine.Operators.Hpc;

/// <summary>Where attempts have their folders: one that this machine and the cluster both see, or one that only the cluster sees.</summary>
internal interface IPlace
{
    /// <summary>Its name for people: machine and folder.</summary>
    string Name { get; }

    /// <summary>The attempt's folder there, as a shell word.</summary>
    string Folder(AttemptOrder order);

    /// <summary>Puts an attempt's folder and inputs in place, as far as that is this machine's to do.</summary>
    /// <exception cref="IOException">An input is gone or not what was recorded, or something cannot be written.</exception>
    void Prepare(AttemptOrder order);

    /// <summary>Makes the folders of prepared attempts there, with all that they need. What was interrupted is carried on.</summary>
    /// <exception cref="IOException">The disk here is in trouble.</exception>
    Sending Send(IReadOnlyList<AttemptOrder> orders, CancellationToken cancel);

    /// <summary>Shell text that writes attempts' scripts there before a submission; it ends with 74 where it fails.</summary>
    string WriteScripts(IReadOnlyList<(AttemptOrder Order, string Script)> jobs);

    /// <summary>Exit codes that attempts have left; without those that have not. Null: nobody can say.</summary>
    IReadOnlyDictionary<AttemptOrder, int>? ExitCodes(IReadOnlyList<AttemptOrder> orders, CancellationToken cancel);

    /// <summary>Brings what ended attempts left, logs and exit codes always; each by itself.</summary>
    /// <returns>What came back of each.</returns>
    /// <exception cref="IOException">The disk here is in trouble.</exception>
    IReadOnlyDictionary<AttemptOrder, Brought> Bring(IReadOnlyList<AttemptOrder> orders, CancellationToken cancel);

    /// <summary>How much room there is where an attempt's folder is; null: nobody can say.</summary>
    DiskSpace? AskSpace(AttemptOrder order, CancellationToken cancel);
}
