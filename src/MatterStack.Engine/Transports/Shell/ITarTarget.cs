namespace MatterStack.Engine.Transports.Shell;

/// <summary>Receives the content of an archive.</summary>
internal interface ITarTarget
{
    /// <summary>A regular file begins.</summary>
    /// <param name="name">Its raw name, each byte as one character.</param>
    /// <param name="size">Its length in bytes, including holes.</param>
    void BeginFile(string name, long size);

    /// <summary>The next bytes of the file.</summary>
    void WriteContent(ReadOnlySpan<byte> bytes);

    /// <summary>A hole: zero bytes that were not sent.</summary>
    void SkipHole(long count);

    /// <summary>The file is complete.</summary>
    void EndFile();

    /// <summary>Bytes after the archive.</summary>
    void WriteRest(ReadOnlySpan<byte> bytes);
}
