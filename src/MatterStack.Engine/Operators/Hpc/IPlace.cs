using MatterStack.Engine.Transports;

namespace MatterStack.Engine.Operators.Hpc;

/// <summary>Where attempts have their folders: one that this machine and the cluster both see, or one that only the cluster sees.</summary>
internal interface IPlace
{
    /// <summary>The attempt's folder there, as a shell word.</summary>
    string Folder(AttemptOrder order);

    /// <summary>Puts an attempt's folder and inputs in place, as far as that is this machine's to do.</summary>
    /// <returns>What was put there for the head of its script.</returns>
    /// <exception cref="IOException">An input is gone or not what was recorded, or something cannot be written.</exception>
    IReadOnlyList<PlacedInput> Prepare(AttemptOrder order);

    /// <summary>Sends what prepared attempts need and the cluster does not have.</summary>
    /// <returns>Null; or why it could not be sent.</returns>
    ShellAnswer.None? Send(IReadOnlyList<AttemptOrder> orders, CancellationToken cancel);

    /// <summary>Shell text that makes the folders there before a submission; it ends the script with 74 where it fails.</summary>
    string Unpack(IReadOnlyList<(AttemptOrder Order, KeptScript Script)> jobs);

    /// <summary>Exit codes that attempts have left; without those that have not. Null: nobody can say.</summary>
    IReadOnlyDictionary<AttemptOrder, int>? ExitCodes(IReadOnlyList<AttemptOrder> orders, CancellationToken cancel);

    /// <summary>Brings what ended attempts left, logs and exit codes always.</summary>
    /// <returns>Null; or why not all is here.</returns>
    ShellAnswer.None? Bring(IReadOnlyList<AttemptOrder> orders, CancellationToken cancel);
}
