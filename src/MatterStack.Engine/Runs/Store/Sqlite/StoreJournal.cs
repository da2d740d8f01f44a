using System.Buffers.Binary;
using Microsoft.Win32.SafeHandles;

namespace MatterStack.Engine.Runs.Store.Sqlite;

/// <summary>SQLite's rollback journal beside a store: pages as they were before the last transaction. After a crash, the next process rolls
/// that transaction back with it.</summary>
/// <remarks>A shared file system may still show the journal of an earlier transaction. Rolling that one back would undo parts of later
/// ones, so a journal is used only with the state of the store that it belongs to.
/// Format: <see href="https://www.sqlite.org/fileformat.html#the_rollback_journal"/>; numbers are big-endian.</remarks>
internal static class StoreJournal
{
    private const int HeaderSize = 28;
    private const int MaxRecords = 1 << 20;

    // Offset of the change counter in the first page of a store.
    private const int ChangeCounterOffset = 24;
    private static ReadOnlySpan<byte> HeaderMark => [0xd9, 0xd5, 0x05, 0xf9, 0x20, 0xa1, 0x63, 0xd7];

    /// <summary>Whether a journal is marked as empty: it has nothing to roll back.</summary>
    /// <exception cref="IOException">The journal cannot be read.</exception>
    public static bool IsEmpty(SafeFileHandle journal)
    {
        Span<byte> mark = stackalloc byte[HeaderMark.Length];
        return RandomAccess.Read(journal, mark, 0) < mark.Length || !mark.SequenceEqual(HeaderMark);
    }

    /// <summary>Whether a journal is empty or belongs to the current state of a store, by the change counter in the first page, which every
    /// transaction increments.</summary>
    /// <param name="journal">The journal, open.</param>
    /// <param name="store">The store, open.</param>
    /// <exception cref="IOException">The journal or the store cannot be read.</exception>
    public static bool BelongsTo(SafeFileHandle journal, SafeFileHandle store)
    {
        if (ReadCounter(store, ChangeCounterOffset) is not { } now || ReadCounterBefore(journal) is not { } before)
        {
            return true;
        }

        // The process may have died before or after it wrote that page.
        return now == before || now == unchecked(before + 1);
    }

    // Returns null if the journal is marked as empty, or does not contain the first page (yet).
    private static uint? ReadCounterBefore(SafeFileHandle journal)
    {
        Span<byte> header = stackalloc byte[HeaderSize];
        Span<byte> number = stackalloc byte[sizeof(uint)];
        var length = RandomAccess.GetLength(journal);
        for (
            long at = 0, read = 0;
            RandomAccess.Read(journal, header, at) == HeaderSize && header[..HeaderMark.Length].SequenceEqual(HeaderMark);

        )
        {
            var records = BinaryPrimitives.ReadUInt32BigEndian(header[8..]);
            var (sector, page) = (BinaryPrimitives.ReadUInt32BigEndian(header[20..]), BinaryPrimitives.ReadUInt32BigEndian(header[24..]));
            if (sector is < HeaderSize or > 1 << 16 || page is < 512 or > 1 << 16)
            {
                return null;
            }

            at += sector;
            for (uint record = 0; record < records && at < length; record++, at += page + (2 * sizeof(uint)))
            {
                if (++read > MaxRecords || RandomAccess.Read(journal, number, at) < number.Length)
                {
                    return null;
                }

                if (BinaryPrimitives.ReadUInt32BigEndian(number) == 1)
                {
                    return ReadCounter(journal, at + sizeof(uint) + ChangeCounterOffset);
                }
            }

            // The next header begins at a sector boundary.
            at = (at + sector - 1) / sector * sector;
        }

        return null;
    }

    private static uint? ReadCounter(SafeFileHandle file, long at)
    {
        Span<byte> counter = stackalloc byte[sizeof(uint)];
        return RandomAccess.Read(file, counter, at) == counter.Length ? BinaryPrimitives.ReadUInt32BigEndian(counter) : null;
    }
}
