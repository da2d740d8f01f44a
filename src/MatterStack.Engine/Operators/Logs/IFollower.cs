namespace MatterStack.Engine.Operators.Logs;

/// <summary>Receives what files gain.</summary>
internal interface IFollower
{
    /// <summary>Receives the next bytes of a file.</summary>
    void Append(FollowedFile file, ReadOnlySpan<byte> bytes);

    /// <summary>Learns that a file begins anew: it became shorter, or another file has its name.</summary>
    void Restart(FollowedFile file);

    /// <summary>Called again and again. Returns whether to read on.</summary>
    bool Continues();
}
