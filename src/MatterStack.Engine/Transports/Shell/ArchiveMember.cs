namespace MatterStack.Engine.Transports.Shell;

/// <summary>A member of an archive.</summary>
/// <param name="Name">Its path in the archive, relative, forward slashes.</param>
internal abstract record ArchiveMember(string Name)
{
    /// <summary>A file of this machine.</summary>
    public sealed record FileMember(string Name, UploadFile File, bool IsExecutable) : ArchiveMember(Name);

    /// <summary>A text.</summary>
    public sealed record TextMember(string Name, byte[] Bytes) : ArchiveMember(Name);

    /// <summary>A folder.</summary>
    public sealed record FolderMember(string Name) : ArchiveMember(Name);
}
