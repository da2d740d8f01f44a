using System.Security.Cryptography;
using System.Text;
using MatterStack.Engine.Files;
using MatterStack.Engine.Identity;

namespace MatterStack.Engine.Transports.Shell;

/// <summary>Writes files as one stream: a <c>tar</c> archive in the GNU format, followed by its hash. Each file is checked while it is
/// read; the hash lets the other machine check all of them at once.</summary>
/// <remarks>The bytes depend only on the members, so that another process can resume an interrupted transfer.</remarks>
internal sealed class UploadArchive
{
    private const int BlockSize = TarHeader.BlockSize;
    private const int HashLength = 64;
    private const int BufferLength = 1 << 18;

    private readonly IReadOnlyList<ArchiveMember> _members;

    public UploadArchive(IReadOnlyList<ArchiveMember> members)
    {
        _members = members;
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var member in members)
        {
            var header = CreateHeader(member);
            hash.AppendData(header);
            hash.AppendData(
                member switch
                {
                    ArchiveMember.FileMember copy => Encoding.ASCII.GetBytes(copy.File.Content.Hex),
                    ArchiveMember.TextMember text => text.Bytes,
                    _ => [],
                }
            );
            Length += header.Length + PadLength(GetLength(member));
        }

        // Two empty blocks end the archive.
        Length += 2 * BlockSize;
        Id = Sha256.FromDigest(hash.GetHashAndReset());
    }

    /// <summary>Hash of the members: archives with the same members have the same id.</summary>
    public Sha256 Id { get; }

    /// <summary>Length of the archive in bytes.</summary>
    public long Length { get; }

    /// <summary>Length of the stream in bytes: the archive and its hash.</summary>
    public long TotalLength => Length + HashLength;

    /// <summary>Writes the stream, starting at the byte <paramref name="from"/>.</summary>
    /// <exception cref="ChangedSourceException">A file is missing or has changed since it was recorded. The bytes written so far are not a
    /// valid archive.</exception>
    public void Write(Stream to, long from)
    {
        using var all = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        using var one = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var output = new OutputBuffer(to, from, all);
        foreach (var member in _members)
        {
            output.Write(CreateHeader(member));
            switch (member)
            {
                case ArchiveMember.FileMember { File: var file }:
                    CopyFile(file, output, one);
                    break;
                case ArchiveMember.TextMember text:
                    output.Write(text.Bytes);
                    break;
                default:
                    break;
            }

            output.PadBlock(GetLength(member));
        }

        output.Write(new byte[2 * BlockSize]);
        output.Flush();
        output.Write(Encoding.ASCII.GetBytes(Convert.ToHexStringLower(all.GetCurrentHash())));
        output.Flush();
    }

    private static void CopyFile(UploadFile file, OutputBuffer output, IncrementalHash hash)
    {
        using var handle = OpenFile(file);
        if (RandomAccess.GetLength(handle) != file.Length)
        {
            throw ChangedSourceException.ForChanged(file);
        }

        long at = 0;
        while (at < file.Length)
        {
            var space = output.FreeSpace;
            var read = RandomAccess.Read(handle, space[..(int)Math.Min(space.Length, file.Length - at)], at);
            if (read == 0)
            {
                throw ChangedSourceException.ForChanged(file);
            }

            hash.AppendData(space[..read]);
            output.Advance(read);
            at += read;
        }

        if (Sha256.FromDigest(hash.GetHashAndReset()) != file.Content)
        {
            throw ChangedSourceException.ForChanged(file);
        }
    }

    private static Microsoft.Win32.SafeHandles.SafeFileHandle OpenFile(UploadFile file)
    {
        try
        {
            return RegularFile.OpenHandle(file.Source);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw ChangedSourceException.ForMissing(file);
        }
    }

    private static long PadLength(long length) => (length + BlockSize - 1) / BlockSize * BlockSize;

    private static long GetLength(ArchiveMember member) =>
        member switch
        {
            ArchiveMember.FileMember copy => copy.File.Length,
            ArchiveMember.TextMember text => text.Bytes.Length,
            _ => 0,
        };

    private static byte[] CreateHeader(ArchiveMember member) =>
        member switch
        {
            ArchiveMember.FileMember copy => TarHeader.CreateFileHeader(copy.Name, copy.File.Length, copy.IsExecutable),
            ArchiveMember.TextMember text => TarHeader.CreateFileHeader(text.Name, text.Bytes.Length, executable: false),
            ArchiveMember.FolderMember folder => TarHeader.CreateFolderHeader(folder.Name),
            _ => throw new InvalidOperationException($"No rule for {member.GetType().Name}"),
        };

    /// <summary>Buffers and hashes all bytes, and passes on the bytes after those that the other machine has already.</summary>
    private sealed class OutputBuffer(Stream to, long skip, IncrementalHash hash)
    {
        private readonly byte[] _buffer = new byte[BufferLength];
        private int _filled;
        private long _skip = skip;

        /// <summary>Free part of the buffer; never empty.</summary>
        public Span<byte> FreeSpace
        {
            get
            {
                if (_filled == _buffer.Length)
                {
                    Flush();
                }

                return _buffer.AsSpan(_filled);
            }
        }

        public void Advance(int count) => _filled += count;

        public void Write(ReadOnlySpan<byte> bytes)
        {
            while (!bytes.IsEmpty)
            {
                var space = FreeSpace;
                var count = Math.Min(space.Length, bytes.Length);
                bytes[..count].CopyTo(space);
                Advance(count);
                bytes = bytes[count..];
            }
        }

        public void PadBlock(long length)
        {
            if (length % BlockSize != 0)
            {
                Write(TarHeader.Zeros[..(int)(BlockSize - length % BlockSize)]);
            }
        }

        public void Flush()
        {
            var bytes = _buffer.AsSpan(0, _filled);
            hash.AppendData(bytes);
            var skipped = (int)Math.Min(_skip, bytes.Length);
            _skip -= skipped;
            to.Write(bytes[skipped..]);
            _filled = 0;
        }
    }
}
