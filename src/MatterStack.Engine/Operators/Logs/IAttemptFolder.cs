namespace MatterStack.Engine.Operators.Logs;

/// <summary>The folder of an attempt as a person looks into it, on this machine or on a cluster. Nothing in it changes.</summary>
internal interface IAttemptFolder : IDisposable
{
    /// <summary>Machine and folder, for people.</summary>
    string Name { get; }

    /// <summary>Reads the ends of files, on a cluster with one command.</summary>
    /// <param name="files">Paths relative to the attempt's folder.</param>
    /// <param name="most">Limit for each file, in bytes.</param>
    /// <param name="cancel">Stops waiting.</param>
    FolderLook Read(IReadOnlyList<string> files, int most, CancellationToken cancel);

    /// <summary>Reads files on until the command has ended, on a cluster with one command.</summary>
    /// <param name="files">The files; their positions move.</param>
    /// <param name="follower">Receives what they gain, one call at a time.</param>
    /// <param name="cancel">Stops.</param>
    FollowEnd Follow(IReadOnlyList<FollowedFile> files, IFollower follower, CancellationToken cancel);
}
